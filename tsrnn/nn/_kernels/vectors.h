// Arithmetic on vectors of one instruction set: load, store, tanh, and the two matrix products all else is made of.
//
// No include guard: `every_level.h` includes it once for each set. The vectors are the compiler's own (vector_size), so
// one text serves SSE2, NEON, AVX2 and AVX-512; the compiler fuses a * b + c where the set has such an instruction.

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

template <class T> struct Wide {
    typedef T vector __attribute__((vector_size(TSRNN_BYTES)));
    typedef T loose __attribute__((vector_size(TSRNN_BYTES), aligned(sizeof(T)), may_alias));  // anywhere in memory
    static constexpr int64_t lanes = TSRNN_BYTES / sizeof(T);
};
template <class T> using Vec = typename Wide<T>::vector;
template <class T> constexpr int64_t lanes = Wide<T>::lanes;

template <class T> TSRNN_INLINE Vec<T> load(const T *from) {
    return *reinterpret_cast<const typename Wide<T>::loose *>(from);
}
template <class T> TSRNN_INLINE void store(T *to, Vec<T> value) {
    *reinterpret_cast<typename Wide<T>::loose *>(to) = value;
}
// The first n lanes only: a row's end.
template <class T> TSRNN_INLINE Vec<T> load_first(const T *from, int64_t n) {
    if (n >= lanes<T>) return load(from);
    Vec<T> value = {};
    for (int64_t lane = 0; lane < n; lane++) value[lane] = from[lane];
    return value;
}
template <class T> TSRNN_INLINE void store_first(T *to, Vec<T> value, int64_t n) {
    if (n >= lanes<T>) return store(to, value);
    for (int64_t lane = 0; lane < n; lane++) to[lane] = value[lane];
}
// Minus zero, because that leaves every number as it is and so costs nothing; plus zero would not (-0).
template <class T> TSRNN_INLINE Vec<T> every_lane(T value) { return value - Vec<T>{}; }

// tanh as top / bottom, so that several share one division: it takes as long as a dozen products.
template <class T> struct Quotient {
    Vec<T> top, bottom;
};

// float: x P(x^2) / Q(x^2), a minimax fit of our own on [0, 8.2], at whose end tanh is 1 to the last bit. Its relative
// error is 8e-9, with float's rounding 4e-7. NaN passes: the comparisons below are false for it.
TSRNN_INLINE Quotient<float> tanh_parts(Vec<float> x) {
    const Vec<float> end = every_lane(8.2f);
    x = x > end ? end : x;
    x = x < -end ? -end : x;
    const Vec<float> s = x * x;
    Vec<float> top = every_lane(1.4840590978337787e-08f);
    top = top * s + 2.163729732274078e-05f;
    top = top * s + 3.55668761767447e-03f;
    top = top * s + 1.3432124257087708e-01f;
    top = top * s + 1.0f;
    Vec<float> bottom = every_lane(8.370617479158682e-07f);
    bottom = bottom * s + 3.386443422641605e-04f;
    bottom = bottom * s + 2.6108304038643837e-02f;
    bottom = bottom * s + 4.676544964313507e-01f;
    bottom = bottom * s + 1.0f;
    return {x * top, bottom};
}
// double is for checking gradients: exact rather than fast.
TSRNN_INLINE Quotient<double> tanh_parts(Vec<double> x) {
    for (int64_t lane = 0; lane < lanes<double>; lane++) x[lane] = std::tanh(x[lane]);
    return {x, every_lane(1.0)};
}

template <class T> TSRNN_INLINE Vec<T> tanh_of(Vec<T> x) {
    const Quotient<T> q = tanh_parts(x);
    return q.top / q.bottom;
}
// a and b become tanh(a) and tanh(b).
template <class T> TSRNN_INLINE void tanh_both(Vec<T> &a, Vec<T> &b) {
    const Quotient<T> p = tanh_parts(a), q = tanh_parts(b);
    const Vec<T> inverse = T(1) / (p.bottom * q.bottom);
    a = p.top * q.bottom * inverse;
    b = q.top * p.bottom * inverse;
}
// The logistic function is tanh, moved and scaled: s(x) = (1 + tanh(x / 2)) / 2. In and out of tanh:
template <class T> TSRNN_INLINE Vec<T> before_logistic(Vec<T> x) { return x * T(0.5); }
template <class T> TSRNN_INLINE Vec<T> after_logistic(Vec<T> x) { return x * T(0.5) + T(0.5); }

// sums[r][v] += sum over k of rows[r * stride + k] * panel[k][v]: R rows and V vectors of columns stay in registers.
template <class T, int R, int V>
TSRNN_INLINE void multiply(Vec<T> (&sums)[R][V], const T *rows, int64_t stride, const T *panel, int64_t depth) {
    Vec<T> kept[R][V];
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) kept[r][v] = sums[r][v];
    for (int64_t k = 0; k < depth; k++, panel += V * lanes<T>) {
        Vec<T> columns[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) columns[v] = load(panel + v * lanes<T>);
#pragma GCC unroll 8
        for (int r = 0; r < R; r++) {
            const Vec<T> one = every_lane(rows[r * stride + k]);
#pragma GCC unroll 8
            for (int v = 0; v < V; v++) kept[r][v] = kept[r][v] + columns[v] * one;
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) sums[r][v] = kept[r][v];
}

// A product of two tall matrices: sums[n][m] += sum over k of left[k][n] * right[k][m], N columns n by V vectors of m.
template <class T, int N, int V>
TSRNN_INLINE void outer_tile(T *sums, int64_t width, const T *left, int64_t left_stride, const T *right,
                             int64_t right_stride, int64_t depth) {
    Vec<T> kept[N][V];
#pragma GCC unroll 8
    for (int n = 0; n < N; n++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) kept[n][v] = load(sums + n * width + v * lanes<T>);
    for (int64_t k = 0; k < depth; k++, left += left_stride, right += right_stride) {
        Vec<T> columns[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) columns[v] = load(right + v * lanes<T>);
#pragma GCC unroll 8
        for (int n = 0; n < N; n++) {
            const Vec<T> one = every_lane(left[n]);
#pragma GCC unroll 8
            for (int v = 0; v < V; v++) kept[n][v] = kept[n][v] + columns[v] * one;
        }
    }
#pragma GCC unroll 8
    for (int n = 0; n < N; n++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) store(sums + n * width + v * lanes<T>, kept[n][v]);
}

// V vectors of columns of the right against all n columns of the left.
template <class T, int V>
TSRNN_INLINE void outer_strip(T *sums, int64_t width, const T *left, int64_t left_stride, int64_t n, const T *right,
                              int64_t right_stride, int64_t depth) {
    constexpr int N = TSRNN_ROWS;
    int64_t i = 0;
    for (; i + N <= n; i += N)
        outer_tile<T, N, V>(sums + i * width, width, left + i, left_stride, right, right_stride, depth);
    for (; i < n; i++)
        outer_tile<T, 1, V>(sums + i * width, width, left + i, left_stride, right, right_stride, depth);
}

// All of both: n columns of the left and `width` (a multiple of the lanes) of the right.
template <class T>
TSRNN_FUNCTION void outer(T *sums, int64_t width, const T *left, int64_t left_stride, int64_t n, const T *right,
                          int64_t right_stride, int64_t depth) {
    int64_t m = 0;
    for (; m + 3 * lanes<T> <= width; m += 3 * lanes<T>)
        outer_strip<T, 3>(sums + m, width, left, left_stride, n, right + m, right_stride, depth);
    for (; m < width; m += lanes<T>)
        outer_strip<T, 1>(sums + m, width, left, left_stride, n, right + m, right_stride, depth);
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
