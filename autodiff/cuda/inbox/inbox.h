// Copies to a GPU that go on while it computes.
#ifndef AUTODIFF_CUDA_INBOX_INBOX_H_
#define AUTODIFF_CUDA_INBOX_INBOX_H_

#include <cuda_runtime_api.h>

#include <array>
#include <cstddef>

namespace autodiff::cuda {

// A ring of slots, each of which is memory here and as much on the GPU. Bytes
// move, a slot at a time:
//
//   from  →  slot here  →  slot on the GPU  →  to
//       CopyIn   second stream      main stream
//
// The second stream is what runs at the same time as the main one, which
// computes.
class Inbox {
 public:
  static constexpr size_t kSlotBytes = size_t{1} << 18;
  static constexpr int kSlots = 16;

  // The stream must outlive it.
  explicit Inbox(cudaStream_t main);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // The copy takes its place in the order of the main stream. On return `from`
  // has been read. Waits for the main stream only if that has yet to take what
  // all slots hold.
  void CopyIn(void* to, const void* from, size_t bytes);

 private:
  struct Slot {
    void* here;  // page-locked: CUDA reads other memory only when it may write
    void* there;
    cudaEvent_t arrived;  // there
    cudaEvent_t taken;    // from there: both may be written again
  };

  const cudaStream_t main_;
  cudaStream_t second_;
  std::array<Slot, kSlots> slots_;
  int next_ = 0;
};

}  // namespace autodiff::cuda

#endif  // AUTODIFF_CUDA_INBOX_INBOX_H_
