// One step of few rows, for streaming: it reads the weights as they lie, since laying them out would take longer.
//
// No include guard: included once for each instruction set, after sequence.h.

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

// The sum of n lanes, halves onto halves.
template <class T, int64_t n> struct Total {
    typedef T whole __attribute__((vector_size(n * sizeof(T))));
    typedef T half __attribute__((vector_size(n * sizeof(T) / 2)));
    TSRNN_INLINE static T of(whole value) {
        half parts[2];
        std::memcpy(parts, &value, sizeof parts);
        return Total<T, n / 2>::of(parts[0] + parts[1]);
    }
};
template <class T> struct Total<T, 2> {
    typedef T pair __attribute__((vector_size(2 * sizeof(T))));
    TSRNN_INLINE static T of(pair value) { return value[0] + value[1]; }
};

// to[m] = bias[m] + weight[m] . x
template <class T>
TSRNN_FUNCTION void dots(T *to, const T *bias, const T *weight, int64_t outputs, const T *x, int64_t inputs) {
    for (int64_t m = 0; m < outputs; m++, weight += inputs) {
        Vec<T> sums = {};
        int64_t k = 0;
        for (; k + lanes<T> <= inputs; k += lanes<T>) sums = sums + load(weight + k) * load(x + k);
        T sum = bias[m] + Total<T, lanes<T>>::of(sums);
        for (int64_t left = 0; left < lanes<T> && k < inputs; left++, k++) sum += weight[k] * x[k];
        to[m] = sum;
    }
}

// In place of `Sums`: what the cell asks for has been summed already.
template <class T, class Cell> struct Summed {
    const T *by_x, *by_h;  // of this vector of units; the next gate stands H further on
    int64_t H, real;

    TSRNN_INLINE Vec<T> b(int p, int v) const { return load_first(by_x + Cell::pass[p][v] * H, real); }
    TSRNN_INLINE Vec<T> c(int p, int v) const { return load_first(by_h + Cell::pass[p][v] * H, real); }
    template <int R> TSRNN_INLINE void add_inputs(int, Vec<T> (&)[R][Cell::together]) const {}
    template <int R> TSRNN_INLINE void add_state(int, Vec<T> (&)[R][Cell::together]) const {}
    template <int R> TSRNN_INLINE void all(int p, Vec<T> (&sums)[R][Cell::together]) const {
        for (int v = 0; v < Cell::together; v++) sums[0][v] = b(p, v) + c(p, v);
    }
};

template <class T, class Cell> TSRNN_FUNCTION void step_layer(const Layer &a) {
    const int64_t H = a.hidden, I = a.inputs, gated = Cell::gates * H, units = round_up(H, lanes<T>);
    T *by_x = static_cast<T *>(scratch(0, sizeof(T) * (2 * gated + 4 * units))), *by_h = by_x + gated;
    T *before = by_h + gated, *after = before + 2 * units;  // h, then the memory if any
    std::memset(before, 0, sizeof(T) * 2 * units);
    for (int64_t row = 0; row < a.batch; row++) {
        const T *h = static_cast<const T *>(a.h0) + row * H, *x = static_cast<const T *>(a.x) + row * I;
        std::memcpy(before, h, sizeof(T) * H);
        if (Cell::state == 2) std::memcpy(before + units, static_cast<const T *>(a.c0) + row * H, sizeof(T) * H);
        dots(by_x, static_cast<const T *>(a.b_ih), static_cast<const T *>(a.w_ih), gated, x, I);
        dots(by_h, static_cast<const T *>(a.b_hh), static_cast<const T *>(a.w_hh), gated, h, H);
        for (int64_t unit = 0; unit < H; unit += lanes<T>) {
            const Summed<T, Cell> sums{by_x + unit, by_h + unit, H, H - unit};
            Cell::template forward_units<T, 1>(sums, before + unit, after + unit, 0, units, static_cast<T *>(nullptr));
        }
        std::memcpy(static_cast<T *>(a.hn) + row * H, after, sizeof(T) * H);
        if (Cell::state == 2) std::memcpy(static_cast<T *>(a.cn) + row * H, after + units, sizeof(T) * H);
    }
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
