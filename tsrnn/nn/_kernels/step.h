// One step of few rows through all layers, for streaming: it reads the weights as they lie, since laying them out would
// take longer than the step.
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

// to[m] = bias[m] + weight[m] . x for N outputs m: their sums go on beside one another.
template <class T, int N> TSRNN_INLINE void few_dots(T *to, const T *bias, const T *weight, const T *x, int64_t inputs) {
    T left[N] = {};
    Vec<T> sums[N] = {};
    int64_t k = 0;
    for (; k + lanes<T> <= inputs; k += lanes<T>) {
        const Vec<T> met = load(x + k);
#pragma GCC unroll 8
        for (int n = 0; n < N; n++) sums[n] = sums[n] + load(weight + n * inputs + k) * met;
    }
    for (int64_t last = 0; last < lanes<T> && k < inputs; last++, k++)
        for (int n = 0; n < N; n++) left[n] += weight[n * inputs + k] * x[k];
    for (int n = 0; n < N; n++) to[n] = bias[n] + left[n];
    if (inputs < lanes<T>) return;
#pragma GCC unroll 8
    for (int n = 0; n < N; n++) to[n] += Total<T, lanes<T>>::of(sums[n]);
}
template <class T>
TSRNN_FUNCTION void dots(T *to, const T *bias, const T *weight, int64_t outputs, const T *x, int64_t inputs) {
    constexpr int N = 4;
    int64_t m = 0;
    for (; m + N <= outputs; m += N) few_dots<T, N>(to + m, bias + m, weight + m * inputs, x, inputs);
    for (; m < outputs; m++) few_dots<T, 1>(to + m, bias + m, weight + m * inputs, x, inputs);
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

// to = row, normalised over its n numbers, times weight plus bias
template <class T> TSRNN_FUNCTION void normalise(T *to, const T *row, int64_t n, const Learned &by) {
    double mean = 0, square = 0;
    for (int64_t i = 0; i < n; i++) mean += row[i];
    mean /= n;
    for (int64_t i = 0; i < n; i++) square += (row[i] - mean) * (row[i] - mean);
    const double scale = 1 / std::sqrt(square / n + by.least);
    const T *weight = static_cast<const T *>(by.norm_weight), *bias = static_cast<const T *>(by.norm_bias);
    for (int64_t i = 0; i < n; i++) to[i] = static_cast<T>((row[i] - mean) * scale) * weight[i] + bias[i];
}

template <class T, class Cell> TSRNN_FUNCTION void step_stack(const Stack &a, const Step &step) {
    const int64_t H = a.hidden, gated = Cell::gates * H, units = round_up(H, lanes<T>), all = step.rows * H;
    T *by_x = static_cast<T *>(scratch(0, sizeof(T) * (2 * gated + 4 * units))), *by_h = by_x + gated;
    T *before = by_h + gated, *after = before + 2 * units;  // h, then the memory if any
    T *out = static_cast<T *>(step.out);                    // of each layer in turn: what the next one reads
    std::memset(before, 0, sizeof(T) * 2 * units);
    for (int64_t n = 0; n < a.layers; n++) {
        const Learned &layer = a.learned()[n];
        const T *x = n ? out : static_cast<const T *>(step.x);
        const int64_t I = n ? H : a.inputs;
        for (int64_t row = 0; row < step.rows; row++) {
            const int64_t at = n * all + row * H;
            const T *h = static_cast<const T *>(step.h0) + at;
            std::memcpy(before, h, sizeof(T) * H);
            if (Cell::state == 2) std::memcpy(before + units, static_cast<const T *>(step.c0) + at, sizeof(T) * H);
            dots(by_x, static_cast<const T *>(layer.b_ih), static_cast<const T *>(layer.w_ih), gated, x + row * I, I);
            dots(by_h, static_cast<const T *>(layer.b_hh), static_cast<const T *>(layer.w_hh), gated, h, H);
            for (int64_t unit = 0; unit < H; unit += lanes<T>) {
                const Summed<T, Cell> sums{by_x + unit, by_h + unit, H, H - unit};
                T *const kept = nullptr;
                Cell::template forward_units<T, 1>(sums, before + unit, after + unit, 0, units, kept);
            }
            std::memcpy(static_cast<T *>(step.hn) + at, after, sizeof(T) * H);
            if (Cell::state == 2) std::memcpy(static_cast<T *>(step.cn) + at, after + units, sizeof(T) * H);
            if (layer.norm_weight) normalise(after, after, H, layer);
            T *to = out + row * H;
            for (int64_t unit = 0; unit < H; unit++) to[unit] = n && a.residual ? after[unit] + to[unit] : after[unit];
        }
    }
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
