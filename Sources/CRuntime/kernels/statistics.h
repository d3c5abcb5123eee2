// Batch normalization: from partial sums to the vectors by channel that the other kernels apply on the way in. Tasks are runs of
// sixteen channels. Ioffe and Szegedy, 2015.

// mean, variance (biased), and scale and shift such that  normalized = scale · y + shift. Partial statistics are merged in the order
// of the tasks (Chan, Golub and LeVeque, 1979).
static void statistics(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int padded = ofa_padded(s->out_channels), c = task * OFA_LANES;
  const int live = min_int(OFA_LANES, s->out_channels - c);
  const float *partials = at(bases, s->partials) + c;
  const int rows = row_count(s);
  lanes mean = zero(), squares = zero();
  float count = 0;
  for (int t = 0; t < s->partial_tasks; t++, partials += 3 * (ptrdiff_t)padded) {
    const float n = (float)min_int(s->partial_rows, rows - t * s->partial_rows);
    const lanes sum = load(partials + padded);
    const lanes part_mean = load(partials) + sum * splat(1 / n);
    const lanes part_squares = load(partials + 2 * padded) - sum * sum * splat(1 / n);
    const lanes delta = part_mean - mean;
    mean += delta * splat(n / (count + n));
    squares += part_squares + delta * delta * splat(count * n / (count + n));
    count += n;
  }
  const lanes variance = larger(squares * splat(1 / count), zero());
  lanes deviation = variance + splat(s->epsilon);
  for (int i = 0; i < OFA_LANES; i++) deviation[i] = 1 / sqrtf(deviation[i]);
  const lanes scale = load_first(at(bases, s->scale) + c, live) * deviation;
  float *out = at(bases, s->output) + c;
  store(out + OFA_MEAN * padded, mean);
  store(out + OFA_VARIANCE * padded, variance);
  store(out + OFA_INVERSE_DEVIATION * padded, deviation);
  store(out + OFA_SCALE * padded, scale);
  store(out + OFA_SHIFT * padded, load_first(at(bases, s->shift) + c, live) - mean * scale);
}

// With S = Σ g and P = Σ g · normalized over n rows:
//
//     dy = scale · (g − S / n − normalized · P / n) = alpha · g + beta · y + delta,   d shift = S,   d scale (the parameter) = P
static void statistics_backward(const ofa_step *s, const ofa_bases *bases, int task, float *scratch) {
  (void)scratch;
  const int padded = ofa_padded(s->out_channels), c = task * OFA_LANES;
  const int live = min_int(OFA_LANES, s->out_channels - c);
  const float *partials = at(bases, s->partials) + c;
  lanes sum = zero(), product_sum = zero();
  for (int t = 0; t < s->partial_tasks; t++, partials += 2 * (ptrdiff_t)padded) {
    sum += load(partials);
    product_sum += load(partials + padded);
  }
  float *out = at(bases, s->output) + c;
  const lanes mean = load(out + OFA_MEAN * padded), deviation = load(out + OFA_INVERSE_DEVIATION * padded);
  const lanes scale = load(out + OFA_SCALE * padded), share = splat(1 / (float)row_count(s));
  const lanes beta = -scale * deviation * product_sum * share;
  store(out + OFA_ALPHA * padded, scale);
  store(out + OFA_BETA * padded, beta);
  store(out + OFA_DELTA * padded, -scale * sum * share - beta * mean);
  float *scale_gradient = at(bases, s->scale_gradient) + c, *shift_gradient = at(bases, s->shift_gradient) + c;
  store_first(scale_gradient, load_first(scale_gradient, live) + product_sum, live);
  store_first(shift_gradient, load_first(shift_gradient, live) + sum, live);
}
