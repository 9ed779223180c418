// A vector register of elements, with which element-wise ops write their
// formula once: + − · /, comparisons, Select, Exp, Log, Tanh … . NaN in any
// argument gives NaN, except through comparisons.
//
// The functions are Eigen's, which have vector forms accurate to a few units
// in the last place; where Eigen has none for double, the C library's. Only the
// exponential in float, the most used one, is ours, at half of Eigen's time.
#ifndef AUTODIFF_OPS_LANES_H_
#define AUTODIFF_OPS_LANES_H_

#include <immintrin.h>

#include <cmath>
#include <cstdint>

#include "Eigen/Core"
#include "unsupported/Eigen/SpecialFunctions"

namespace autodiff {

namespace ei = Eigen::internal;

template <typename T>
struct Lanes;
Lanes<float> ExpFloat(Lanes<float> x);

template <typename T>
struct Lanes {
  using Packet = typename ei::packet_traits<T>::type;
  static constexpr int kCount = ei::unpacket_traits<Packet>::size;

  // NOLINTNEXTLINE(google-explicit-constructor): `1 + Exp(x)` must read so.
  Lanes(double number) : packet(ei::pset1<Packet>(static_cast<T>(number))) {}
  explicit Lanes(const Packet& p) : packet(p) {}

  static Lanes Load(const T* from) { return Lanes(ei::ploadu<Packet>(from)); }
  void Store(T* to) const { ei::pstoreu(to, packet); }

  // Only the first `count` lanes, of 1 to kCount; the others are `rest`.
  static Lanes LoadFirst(const T* from, int64_t count, double rest = 0);
  void StoreFirst(T* to, int64_t count) const;
  Lanes First(int64_t count, double rest = 0) const;

  friend Lanes operator+(Lanes a, Lanes b) {
    return Lanes(ei::padd(a.packet, b.packet));
  }
  friend Lanes operator-(Lanes a, Lanes b) {
    return Lanes(ei::psub(a.packet, b.packet));
  }
  friend Lanes operator*(Lanes a, Lanes b) {
    return Lanes(ei::pmul(a.packet, b.packet));
  }
  friend Lanes operator/(Lanes a, Lanes b) {
    return Lanes(ei::pdiv(a.packet, b.packet));
  }
  friend Lanes operator-(Lanes a) { return Lanes(ei::pnegate(a.packet)); }
  // a b + c, rounded once.
  friend Lanes MultiplyAdd(Lanes a, Lanes b, Lanes c) {
    return Lanes(ei::pmadd(a.packet, b.packet, c.packet));
  }

  // Lanes for which a comparison holds: the first argument of Select.
  struct Mask {
    Packet packet;
  };
  friend Mask operator<=(Lanes a, Lanes b) {
    return {ei::pcmp_le(a.packet, b.packet)};
  }
  friend Mask operator<(Lanes a, Lanes b) {
    return {ei::pcmp_lt(a.packet, b.packet)};
  }
  friend Mask operator==(Lanes a, Lanes b) {
    return {ei::pcmp_eq(a.packet, b.packet)};
  }
  // a where the mask holds, else b.
  friend Lanes Select(Mask mask, Lanes a, Lanes b) {
    return Lanes(ei::pselect(mask.packet, a.packet, b.packet));
  }

  friend Lanes Min(Lanes a, Lanes b) {
    return Lanes(ei::pmin<Eigen::PropagateNaN>(a.packet, b.packet));
  }
  friend Lanes Max(Lanes a, Lanes b) {
    return Lanes(ei::pmax<Eigen::PropagateNaN>(a.packet, b.packet));
  }
  // Max where neither is NaN, else either: faster.
  friend Lanes Larger(Lanes a, Lanes b) {
    return Lanes(ei::pmax(a.packet, b.packet));
  }
  friend Lanes Abs(Lanes x) { return Lanes(ei::pabs(x.packet)); }
  friend Lanes Sqrt(Lanes x) { return Lanes(ei::psqrt(x.packet)); }
  // 0 where eˣ is below twice the smallest normal number, or close to that.
  friend Lanes Exp(Lanes x) {
    if constexpr (sizeof(T) == 4) {
      return ExpFloat(x);
    } else {
      return Select(x < -708, 0, Lanes(ei::pexp(x.packet)));
    }
  }
  friend Lanes Log(Lanes x) { return Lanes(ei::plog(x.packet)); }
  // log(1 + x)
  friend Lanes Log1p(Lanes x) { return Lanes(ei::generic_plog1p(x.packet)); }
  friend Lanes Pow(Lanes x, Lanes y) {
    return Lanes(ei::generic_pow(x.packet, y.packet));
  }
  friend Lanes Tanh(Lanes x) {
    if constexpr (sizeof(T) == 4) {
      return Lanes(ei::ptanh(x.packet));
    } else {
      return EachLane(x, [](double lane) { return std::tanh(lane); });
    }
  }
  friend Lanes Erf(Lanes x) {
    if constexpr (sizeof(T) == 4) {
      return Lanes(ei::generic_fast_erf_float(x.packet));
    } else {
      return EachLane(x, [](double lane) { return std::erf(lane); });
    }
  }
  // The quantile function of the standard normal distribution.
  friend Lanes NormalQuantile(Lanes p) {
    return Lanes(ei::generic_ndtri<Packet, T>(p.packet));
  }

  // All lanes together, in a fixed order.
  T Sum() const { return ei::predux(packet); }
  T Largest() const { return ei::predux_max(packet); }

  Packet packet;

 private:
  template <typename Function>
  static Lanes EachLane(Lanes x, const Function& function) {
    T lanes[kCount];
    x.Store(lanes);
    for (T& lane : lanes) lane = function(lane);
    return Load(lanes);
  }
};

// eˣ = 2ᵐ eʳ with m = round(x / ln 2) and |r| ≤ ln 2 / 2, where eʳ − 1 − r is
// r² times a polynomial (the coefficients of Cephes' expf). m reaches 128, so
// it is 2ᵐ⁻¹ that is made and 2 eʳ; for the least m, −126, its bits are all 0.
inline Lanes<float> ExpFloat(Lanes<float> x) {
  // The second argument where one is NaN.
  const Lanes<float> inside(_mm256_max_ps(
      _mm256_set1_ps(-87.3), _mm256_min_ps(_mm256_set1_ps(89), x.packet)));
  // Numbers of this size are whole: the sum is rounded, and its last bits are
  // m − 1 with the bias of an exponent.
  const Lanes<float> shift = 0x1.8p23 + 126;
  const Lanes<float> shifted = MultiplyAdd(inside, 1.44269504, shift);
  const Lanes<float> m = shifted - shift;
  const Lanes<float> power(_mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_castps_si256(shifted.packet), 23)));
  // ln 2 in two parts, of which the first times m is exact.
  Lanes<float> r = MultiplyAdd(m, -0.693359375, inside);
  r = MultiplyAdd(m, 2.12194440e-4, r);
  const Lanes<float> r2 = r * r;
  const auto twice = [r](double a, double b) {
    return MultiplyAdd(r, 2 * a, 2 * b);
  };
  Lanes<float> y = twice(1.9875691500e-4, 1.3981999507e-3);
  y = MultiplyAdd(y, r2, twice(8.3334519073e-3, 4.1665795894e-2));
  y = MultiplyAdd(y, r2, twice(1.6666665459e-1, 5.0000001201e-1));
  return MultiplyAdd(y, r2, twice(1, 1)) * power;
}

// Masks for a register of 8 floats or 4 doubles: its first `count` lanes.
template <typename T>
__m256i FirstLanes(int64_t count) {
  constexpr int64_t kLanes = 32 / sizeof(T);
  alignas(64) static constexpr int32_t kMask[16] = {
      -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
  constexpr int64_t kWords = sizeof(T) / 4;
  return _mm256_loadu_si256(
      reinterpret_cast<const __m256i*>(kMask + (kLanes - count) * kWords));
}

template <typename T>
Lanes<T> Lanes<T>::LoadFirst(const T* from, int64_t count, double rest) {
  const __m256i mask = FirstLanes<T>(count);
  Lanes first(0);
  if constexpr (sizeof(T) == 4) {
    first.packet = _mm256_maskload_ps(from, mask);
  } else {
    first.packet = _mm256_maskload_pd(from, mask);
  }
  return rest == 0 ? first : first.First(count, rest);
}

template <typename T>
Lanes<T> Lanes<T>::First(int64_t count, double rest) const {
  const __m256i mask = FirstLanes<T>(count);
  if constexpr (sizeof(T) == 4) {
    return Lanes(_mm256_blendv_ps(Lanes(rest).packet, packet,
                                  _mm256_castsi256_ps(mask)));
  } else {
    return Lanes(_mm256_blendv_pd(Lanes(rest).packet, packet,
                                  _mm256_castsi256_pd(mask)));
  }
}

template <typename T>
void Lanes<T>::StoreFirst(T* to, int64_t count) const {
  if constexpr (sizeof(T) == 4) {
    _mm256_maskstore_ps(to, FirstLanes<T>(count), packet);
  } else {
    _mm256_maskstore_pd(to, FirstLanes<T>(count), packet);
  }
}

}  // namespace autodiff

#endif  // AUTODIFF_OPS_LANES_H_
