// A layer over a whole sequence, whatever its cell: rows are cut into tiles; each walks through time by itself.
//
// Rows of a batch never meet, so a thread takes a tile from the first step to the last and waits for nobody; only the
// weights' derivatives are sums over rows. A cell (gru.cpp, lstm.cpp, rnn.cpp) says what happens to the units of a row:
//
//   gates                  blocks of H rows in a weight
//   passes, together       gates are computed `together` at a time: as many as fit into the registers
//   pass[p][v]             which gate that is
//   state                  1, or 2 with the LSTM's memory
//   kept                   vectors a unit leaves for backward
//   slopes                 blocks of derivatives in backward; those by W x + b begin at block x_first in the order of
//   x_first, x_gate[]      x_gate, those by U h + c at h_first in the order of h_gate: a GRU's candidate has two
//   forward_units          R rows, one vector of units: from the state before to the state after
//   backward_units         the same, from derivatives by the state after to those by the sums of the gates
//
// No include guard: included once for each instruction set, after vectors.h.

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

template <class T> struct Memory {  // on a cache line's border, for the length of a call
    T *at;
    explicit Memory(int64_t n) : at(static_cast<T *>(::operator new(sizeof(T) * n, std::align_val_t{64}))) {}
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;
    ~Memory() { ::operator delete(at, std::align_val_t{64}); }
};

// A length of rows that are read one below the other: an odd number of cache lines, or they would share cache sets.
template <class T> constexpr int64_t spread(int64_t n) {
    constexpr int64_t line = 64 / sizeof(T);
    const int64_t lines = round_up(n, line) / line;
    return (lines % 2 ? lines : lines + 1) * line;
}

// Sizes in numbers, not bytes.
template <class T, class Cell> struct Sizes {
    int64_t B, time, I, H;
    int64_t units;   // H, filled up to whole vectors with units that stay 0
    int64_t blocks;  // vectors in `units`
    int64_t tile_rows, tiles;

    explicit Sizes(const Layer &a) : B(a.batch), time(a.time), I(a.inputs), H(a.hidden) {
        units = round_up(H, lanes<T>), blocks = units / lanes<T>;
        // Two blocks of rows read a panel of weights while it is in the cache; of few rows each thread should get some.
        tile_rows = TSRNN_ROWS * (B >= 8 * TSRNN_ROWS ? 2 : 1);
        tiles = (B + tile_rows - 1) / tile_rows;
    }
    int64_t kept_tile() const { return time * tile_rows * units * Cell::kept; }
    // Below this many products a second thread costs more than it brings; our own sleep sooner than torch's.
    int64_t threads(const Layer &a) const {
        return B * time * Cell::gates * H * (H + I) < (a.own ? 4000000 : 1000000) ? 1 : a.threads;
    }
};

// The rows of one tile; `rows` counts with those that fill up the last block, which compute zeros and are not written.
struct Tile {
    int64_t index, first, real, rows;
};

template <class T, class Cell> inline Tile tile_at(const Sizes<T, Cell> &size, int64_t index) {
    Tile tile{index, index * size.tile_rows, 0, 0};
    tile.real = smaller(size.tile_rows, size.B - tile.first);
    tile.rows = tile.real > TSRNN_ROWS / 2 ? round_up(tile.real, TSRNN_ROWS) : tile.real == 3 ? 4 : tile.real;
    return tile;
}

inline bool real_step(const Layer &a, int64_t row, int64_t t) { return !a.mask || a.mask[row * a.time + t]; }

// ---------------------------------------------------------------------------------------------------------- forward

// For each block of units and each pass: b, c, then W and U with their inputs outside and gates and units inside.
template <class T, class Cell> struct Panels {
    int64_t strip;  // numbers of one pass
    Memory<T> all;

    TSRNN_FUNCTION static void fill(T *to, const T *from, int64_t inputs, int64_t H, int64_t unit, const int *gates) {
        for (int v = 0; v < Cell::together; v++)
            for (int64_t lane = 0; lane < lanes<T>; lane++)
                for (int64_t k = 0; k < inputs; k++)
                    to[(k * Cell::together + v) * lanes<T> + lane] =
                        unit + lane < H ? from[(gates[v] * H + unit + lane) * inputs + k] : T(0);
    }
    TSRNN_FUNCTION Panels(const Layer &a, const Sizes<T, Cell> &size)
        : strip((2 + size.I + size.H) * Cell::together * lanes<T>), all(strip * size.blocks * Cell::passes) {
        constexpr int64_t one = Cell::together * lanes<T>;
        T *to = all.at;
        for (int64_t j = 0; j < size.blocks; j++)
            for (int p = 0; p < Cell::passes; p++, to += strip) {
                const int64_t unit = j * lanes<T>;
                fill(to, static_cast<const T *>(a.b_ih), 1, size.H, unit, Cell::pass[p]);
                fill(to + one, static_cast<const T *>(a.b_hh), 1, size.H, unit, Cell::pass[p]);
                fill(to + 2 * one, static_cast<const T *>(a.w_ih), size.I, size.H, unit, Cell::pass[p]);
                fill(to + (2 + size.I) * one, static_cast<const T *>(a.w_hh), size.H, size.H, unit, Cell::pass[p]);
            }
    }
};

// What the gates of one pass are summed from, for R rows: the biases, then W x, then U h.
template <class T, class Cell> struct Sums {
    const T *panel;    // of this block of units; the next pass stands `strip` further on
    int64_t strip;
    const T *h, *x;    // of the first row
    int64_t stride;    // to the next row
    int64_t H, I;

    TSRNN_INLINE const T *bias(int p) const { return panel + p * strip; }
    TSRNN_INLINE Vec<T> b(int p, int v) const { return load(bias(p) + v * lanes<T>); }
    TSRNN_INLINE Vec<T> c(int p, int v) const { return load(bias(p) + (Cell::together + v) * lanes<T>); }
    template <int R> TSRNN_INLINE void add_inputs(int p, Vec<T> (&sums)[R][Cell::together]) const {
        multiply<T, R, Cell::together>(sums, x, stride, bias(p) + 2 * Cell::together * lanes<T>, I);
    }
    template <int R> TSRNN_INLINE void add_state(int p, Vec<T> (&sums)[R][Cell::together]) const {
        multiply<T, R, Cell::together>(sums, h, stride, bias(p) + (2 + I) * Cell::together * lanes<T>, H);
    }
    template <int R> TSRNN_INLINE void all(int p, Vec<T> (&sums)[R][Cell::together]) const {
        for (int r = 0; r < R; r++)
            for (int v = 0; v < Cell::together; v++) sums[r][v] = b(p, v) + c(p, v);
        add_inputs<R>(p, sums);
        add_state<R>(p, sums);
    }
};

template <class T, class Cell, int R>
TSRNN_FUNCTION void forward_tile(const Layer &a, const Sizes<T, Cell> &size, const Panels<T, Cell> &panels, Tile tile) {
    const int64_t H = size.H, I = size.I, units = size.units, steps = size.time;
    const int64_t x_at = Cell::state * units, stride = spread<T>(x_at + I);  // a row: h, the memory if any, x
    const T *x = static_cast<const T *>(a.x);
    T *out = static_cast<T *>(a.out);
    T *now = static_cast<T *>(scratch(0, sizeof(T) * 2 * tile.rows * stride)), *next = now + tile.rows * stride;
    T *kept = a.saved ? static_cast<T *>(a.saved) + tile.index * size.kept_tile() : nullptr;

    std::memset(now, 0, sizeof(T) * 2 * tile.rows * stride);
    for (int64_t r = 0; r < tile.real; r++) {
        std::memcpy(now + r * stride, static_cast<const T *>(a.h0) + (tile.first + r) * H, sizeof(T) * H);
        if (Cell::state == 2)
            std::memcpy(now + r * stride + units, static_cast<const T *>(a.c0) + (tile.first + r) * H, sizeof(T) * H);
    }
    for (int64_t s = 0; s < steps; s++) {
        const int64_t t = a.reverse ? steps - 1 - s : s;
        for (int64_t r = 0; r < tile.real; r++) {
            const T *from = x + ((tile.first + r) * steps + t) * I;
            T *to = now + r * stride + x_at;
            const bool real = real_step(a, tile.first + r, t);  // x may hold anything where it is not
            for (int64_t i = 0; i < I; i++) to[i] = real ? from[i] : T(0);
        }
        for (int64_t j = 0; j < size.blocks; j++)
            for (int64_t r = 0; r < tile.rows; r += R) {
                T *row = now + r * stride;
                const T *panel = panels.all.at + j * Cell::passes * panels.strip;
                const Sums<T, Cell> sums{panel, panels.strip, row, row + x_at, stride, H, I};
                const int64_t unit = j * lanes<T>;
                Cell::template forward_units<T, R>(sums, row + unit, next + r * stride + unit, stride, units, kept);
                if (kept) kept += Cell::kept * R * lanes<T>;
            }
        for (int64_t r = 0; r < tile.real; r++) {
            T *to = out + ((tile.first + r) * steps + t) * H, *h = next + r * stride;
            if (!real_step(a, tile.first + r, t)) std::memcpy(h, now + r * stride, sizeof(T) * x_at);
            for (int64_t unit = 0; unit < H; unit += lanes<T>) store_first(to + unit, load(h + unit), H - unit);
        }
        T *other = now;
        now = next, next = other;
    }
    for (int64_t r = 0; r < tile.real; r++) {
        std::memcpy(static_cast<T *>(a.hn) + (tile.first + r) * H, now + r * stride, sizeof(T) * H);
        if (Cell::state == 2)
            std::memcpy(static_cast<T *>(a.cn) + (tile.first + r) * H, now + r * stride + units, sizeof(T) * H);
    }
}

template <class T, class Cell> TSRNN_FUNCTION void forward_layer(const Layer &a) {
    const Sizes<T, Cell> size(a);
    const Panels<T, Cell> panels(a, size);
    auto work = [&](int64_t index) {
        const Tile tile = tile_at(size, index);
        if (tile.rows >= TSRNN_ROWS) forward_tile<T, Cell, TSRNN_ROWS>(a, size, panels, tile);
        else if (tile.rows == 4) forward_tile<T, Cell, 4>(a, size, panels, tile);
        else if (tile.rows == 2) forward_tile<T, Cell, 2>(a, size, panels, tile);
        else forward_tile<T, Cell, 1>(a, size, panels, tile);
    };
    each_unit(size.tiles, size.threads(a), a.own, work);
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
