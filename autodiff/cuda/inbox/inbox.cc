#include "autodiff/cuda/inbox/inbox.h"

#include <algorithm>
#include <cstring>

#include "autodiff/cuda/check.h"

namespace autodiff::cuda {

Inbox::Inbox(cudaStream_t main) : main_(main) {
  Check(cudaStreamCreateWithFlags(&second_, cudaStreamNonBlocking),
        "making a stream");
  for (Slot& slot : slots_) {
    Check(cudaMallocHost(&slot.here, kSlotBytes), "locking memory to its page");
    Check(cudaMalloc(&slot.there, kSlotBytes), "allocating an inbox");
    for (cudaEvent_t* event : {&slot.arrived, &slot.taken}) {
      Check(cudaEventCreateWithFlags(event, cudaEventDisableTiming),
            "making an event");
    }
  }
}

Inbox::~Inbox() {
  cudaStreamSynchronize(main_);  // which waits for the second one
  cudaStreamDestroy(second_);
  for (const Slot& slot : slots_) {
    cudaEventDestroy(slot.arrived);
    cudaEventDestroy(slot.taken);
    cudaFree(slot.there);
    cudaFreeHost(slot.here);
  }
}

void Inbox::CopyIn(void* to, const void* from, size_t bytes) {
  auto* destination = static_cast<std::byte*>(to);
  const auto* source = static_cast<const std::byte*>(from);
  while (bytes > 0) {
    const size_t piece = std::min(bytes, kSlotBytes);
    const Slot& slot = slots_[next_];
    next_ = (next_ + 1) % kSlots;
    // Returns at once before the event's first record.
    Check(cudaEventSynchronize(slot.taken), "waiting for the GPU");
    std::memcpy(slot.here, source, piece);
    Check(cudaMemcpyAsync(slot.there, slot.here, piece, cudaMemcpyHostToDevice,
                          second_),
          "copying to the GPU");
    Check(cudaEventRecord(slot.arrived, second_), "recording an event");
    Check(cudaStreamWaitEvent(main_, slot.arrived, 0), "waiting for a copy");
    Check(cudaMemcpyAsync(destination, slot.there, piece,
                          cudaMemcpyDeviceToDevice, main_),
          "copying on the GPU");
    Check(cudaEventRecord(slot.taken, main_), "recording an event");
    destination += piece;
    source += piece;
    bytes -= piece;
  }
}

}  // namespace autodiff::cuda
