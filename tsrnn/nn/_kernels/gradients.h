// Back-propagation through time over a whole sequence, whatever its cell: the other half of sequence.h.
//
// A tile walks back through time. The derivatives by the gates' sums (`slopes`) of some steps are gathered, beside the
// states and inputs that they met, and multiplied into the weights' derivatives while they are still in the cache. Sums
// over rows have a fixed shape: tiles belong to groups by their number alone, each group is summed in order, and so are
// the groups. Which thread did it changes no bit, nor does how many there are.
//
// No include guard: included once for each instruction set, after sequence.h.

namespace tsrnn {
namespace TSRNN_LEVEL {
namespace {

constexpr int64_t MOST_GROUPS = 16;  // each costs a copy of the weights' derivatives
constexpr int64_t GATHERED = 128;    // rows times steps between two products: what the second cache holds

// A weight as backward multiplies by it: slopes outside in the order of `gates`, inputs inside, two vectors a panel.
template <class T, class Cell> struct Back {
    int64_t depth, columns;  // slopes; inputs, filled up to whole vectors
    Memory<T> all;

    TSRNN_FUNCTION Back(const T *weight, int64_t inputs, const Sizes<T, Cell> &size, const int *gates)
        : depth(Cell::gates * size.units), columns(round_up(inputs, lanes<T>)), all(depth * columns) {
        T *to = all.at;
        for (int64_t n = 0; n < columns; n += 2 * lanes<T>) {
            const int64_t width = smaller(2 * lanes<T>, columns - n), real = smaller(width, inputs - n);
            for (int64_t k = 0; k < depth; k++, to += width) {
                const int64_t unit = k % size.units;
                std::memset(to, 0, sizeof(T) * width);
                if (unit >= size.H) continue;
                std::memcpy(to, weight + (gates[k / size.units] * size.H + unit) * inputs + n, sizeof(T) * real);
            }
        }
    }
    // sums (R rows, columns) += slopes (R rows, depth) times the weight
    template <int R> TSRNN_INLINE void add(T *sums, int64_t sums_stride, const T *slopes, int64_t stride) const {
        const T *panel = all.at;
        int64_t n = 0;
        for (; n + 2 * lanes<T> <= columns; n += 2 * lanes<T>, panel += depth * 2 * lanes<T>)
            strip<R, 2>(sums + n, sums_stride, slopes, stride, panel);
        if (n < columns) strip<R, 1>(sums + n, sums_stride, slopes, stride, panel);
    }
    template <int R, int V>
    TSRNN_INLINE void strip(T *sums, int64_t sums_stride, const T *slopes, int64_t stride, const T *panel) const {
        Vec<T> kept[R][V];
        for (int r = 0; r < R; r++)
            for (int v = 0; v < V; v++) kept[r][v] = load(sums + r * sums_stride + v * lanes<T>);
        multiply<T, R, V>(kept, slopes, stride, panel, depth);
        for (int r = 0; r < R; r++)
            for (int v = 0; v < V; v++) store(sums + r * sums_stride + v * lanes<T>, kept[r][v]);
    }
};

// One group's sums of the weights' derivatives: transposed, (inputs, slopes).
template <class T, class Cell> struct Group {
    int64_t width;                       // slopes of one weight: gates * units
    T *by_bias, *by_x, *by_h;            // (slopes), (I, width), (H, width)

    static int64_t numbers(const Sizes<T, Cell> &size) {
        return (Cell::slopes + Cell::gates * (size.I + size.H)) * size.units;
    }
    Group(T *all, int64_t index, const Sizes<T, Cell> &size) : width(Cell::gates * size.units) {
        by_bias = all + index * numbers(size);
        by_x = by_bias + Cell::slopes * size.units;
        by_h = by_x + size.I * width;
    }
};

template <class T, class Cell, int R>
TSRNN_FUNCTION void backward_tile(const Layer &a, const Sizes<T, Cell> &size, const Back<T, Cell> &by_h,
                                  const Back<T, Cell> *by_x, const Group<T, Cell> &group, Tile tile) {
    const int64_t H = size.H, I = size.I, units = size.units, steps = size.time, rows = tile.rows;
    const int64_t wide = spread<T>(Cell::slopes * units), long_ = spread<T>(units + 1 + I);  // a met row: h, 1, x
    const int64_t most = smaller(steps, rows < GATHERED ? GATHERED / rows : 1);              // steps gathered
    T *slopes = static_cast<T *>(scratch(0, sizeof(T) * (most * rows * (wide + long_) + rows * (2 * units + I + 64))));
    T *met = slopes + most * rows * wide, *d_state = met + most * rows * long_, *d_in = d_state + 2 * rows * units;
    const T *x = static_cast<const T *>(a.x), *d_out = static_cast<const T *>(a.d_out);
    const T *kept = static_cast<const T *>(a.saved) + tile.index * size.kept_tile();
    bool live[2 * TSRNN_ROWS];

    std::memset(met, 0, sizeof(T) * most * rows * long_);
    std::memset(d_state, 0, sizeof(T) * 2 * rows * units);
    const void *ends[2] = {a.d_hn, Cell::state == 2 ? a.d_cn : nullptr};
    for (int part = 0; part < 2; part++)
        for (int64_t r = 0; ends[part] && r < tile.real; r++)
            std::memcpy(d_state + (part * rows + r) * units, static_cast<const T *>(ends[part]) + (tile.first + r) * H,
                        sizeof(T) * H);

    int64_t gathered = 0;
    for (int64_t s = steps - 1; s >= 0; s--) {
        const int64_t t = a.reverse ? steps - 1 - s : s, before = a.reverse ? t + 1 : t - 1;
        T *now = slopes + gathered * rows * wide, *seen = met + gathered * rows * long_;
        for (int64_t r = 0; r < rows; r++) {
            const int64_t row = tile.first + r;
            live[r] = r < tile.real && real_step(a, row, t);
            T *to = seen + r * long_;
            if (live[r]) {
                const T *h = s ? static_cast<const T *>(a.out) + (row * steps + before) * H
                               : static_cast<const T *>(a.h0) + row * H;
                for (int64_t unit = 0; unit < H; unit += lanes<T>)
                    store(to + unit, load_first(h + unit, H - unit));
                to[units] = T(1);
                for (int64_t i = 0; i < I; i++) to[units + 1 + i] = x[(row * steps + t) * I + i];
            } else {
                std::memset(to, 0, sizeof(T) * (units + 1 + I));  // no NaN of a masked step may meet a slope of 0
            }
            if (!d_out || r >= tile.real) continue;
            const T *given = d_out + (row * steps + t) * H;
            T *d_h = d_state + r * units;
            for (int64_t unit = 0; unit < H; unit += lanes<T>)
                store(d_h + unit, load(d_h + unit) + load_first(given + unit, H - unit));
        }
        for (int64_t j = 0; j < size.blocks; j++)
            for (int64_t r = 0; r < rows; r += R) {
                const int64_t unit = j * lanes<T>;
                const T *left = kept + ((s * size.blocks + j) * rows + r) * Cell::kept * lanes<T>;
                Cell::template backward_units<T, R>(left, seen + r * long_ + unit, long_, d_state + r * units + unit,
                                                    rows * units, units, now + r * wide + unit, wide, live + r);
            }
        for (int64_t r = 0; r < rows; r += R) {
            by_h.template add<R>(d_state + r * units, units, now + r * wide + Cell::h_first * units, wide);
            if (!by_x) continue;
            std::memset(d_in, 0, sizeof(T) * R * by_x->columns);
            by_x->template add<R>(d_in, by_x->columns, now + r * wide + Cell::x_first * units, wide);
            for (int64_t i = 0; i < R && r + i < tile.real; i++)
                std::memcpy(static_cast<T *>(a.d_x) + ((tile.first + r + i) * steps + t) * I, d_in + i * by_x->columns,
                            sizeof(T) * I);
        }
        if (++gathered < most && s) continue;
        const int64_t depth = gathered * rows, bias = Cell::slopes * units;
        outer(group.by_bias, bias, met + units, long_, 1, slopes, wide, depth);
        outer(group.by_x, group.width, met + units + 1, long_, I, slopes + Cell::x_first * units, wide, depth);
        outer(group.by_h, group.width, met, long_, H, slopes + Cell::h_first * units, wide, depth);
        gathered = 0;
    }
    for (int64_t r = 0; r < tile.real; r++) {
        std::memcpy(static_cast<T *>(a.d_h0) + (tile.first + r) * H, d_state + r * units, sizeof(T) * H);
        if (Cell::state == 2)
            std::memcpy(static_cast<T *>(a.d_c0) + (tile.first + r) * H, d_state + (rows + r) * units, sizeof(T) * H);
    }
}

// The groups' sums, one block of slopes: to (gates * H, inputs) in torch's order.
template <class T>
TSRNN_FUNCTION void gather(T *to, int64_t gate, int64_t unit, int64_t H, int64_t inputs, const T *from, int64_t width,
                           int64_t groups, int64_t group_numbers) {
    const int64_t real = smaller(lanes<T>, H - unit);
    for (int64_t n = 0; n < inputs; n++) {
        Vec<T> sum = load(from + n * width);
        for (int64_t g = 1; g < groups; g++) sum += load(from + g * group_numbers + n * width);
        for (int64_t lane = 0; lane < real; lane++) to[(gate * H + unit + lane) * inputs + n] = sum[lane];
    }
}

template <class T, class Cell> TSRNN_FUNCTION void backward_layer(const Layer &a) {
    using Sum = Group<T, Cell>;
    const Sizes<T, Cell> size(a);
    const int64_t groups = smaller(size.tiles, MOST_GROUPS), numbers = Sum::numbers(size), threads = size.threads(a);
    const Memory<T> sums(groups * numbers);
    const Back<T, Cell> by_h(static_cast<const T *>(a.w_hh), size.H, size, Cell::h_gate);
    const Back<T, Cell> by_x(static_cast<const T *>(a.w_ih), a.d_x ? size.I : 0, size, Cell::x_gate);
    auto work = [&](int64_t index) {
        const Sum group(sums.at, index, size);
        const Back<T, Cell> *back = a.d_x ? &by_x : nullptr;
        std::memset(group.by_bias, 0, sizeof(T) * numbers);
        for (int64_t i = index * size.tiles / groups; i < (index + 1) * size.tiles / groups; i++) {
            const Tile tile = tile_at(size, i);
            if (tile.rows >= TSRNN_ROWS) backward_tile<T, Cell, TSRNN_ROWS>(a, size, by_h, back, group, tile);
            else if (tile.rows == 4) backward_tile<T, Cell, 4>(a, size, by_h, back, group, tile);
            else if (tile.rows == 2) backward_tile<T, Cell, 2>(a, size, by_h, back, group, tile);
            else backward_tile<T, Cell, 1>(a, size, by_h, back, group, tile);
        }
    };
    each_unit(groups, threads, a.own, work);

    const Sum first(sums.at, 0, size);
    auto finish = [&](int64_t index) {  // one vector of units of one gate
        const int64_t block = index / size.blocks, unit = index % size.blocks * lanes<T>;
        const int64_t at = block * size.units + unit;
        const int64_t x_gate = Cell::x_gate[block], h_gate = Cell::h_gate[block];
        const int64_t x_bias = Cell::x_first * size.units + at, h_bias = Cell::h_first * size.units + at;
        const auto give = [&](void *to, int64_t gate, int64_t inputs, const T *from, int64_t width) {
            gather<T>(static_cast<T *>(to), gate, unit, size.H, inputs, from, width, groups, numbers);
        };
        give(a.d_b_ih, x_gate, 1, first.by_bias + x_bias, 0);
        give(a.d_b_hh, h_gate, 1, first.by_bias + h_bias, 0);
        give(a.d_w_ih, x_gate, size.I, first.by_x + at, first.width);
        give(a.d_w_hh, h_gate, size.H, first.by_h + at, first.width);
    };
    each_unit(Cell::gates * size.blocks, threads, a.own, finish);
}

}  // namespace
}  // namespace TSRNN_LEVEL
}  // namespace tsrnn
