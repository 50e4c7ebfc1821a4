/* The whole run in plain loops, compiled for one problem: its sizes and numbers are macros. See compiled_c.py. */

#include <math.h>
#include <string.h>

#if HIDDEN == 0

/* A neuron without bias, squared error, plain gradient descent; w is trained in place. */
void train(const float *x_all, const float *y_all, float *w, float *unused, long steps) {
  (void)unused;
  for (long step = 0; step < steps; step++) {
    const float *x = x_all + step % PERIOD * BATCH * INPUTS, *y = y_all + step % PERIOD * BATCH;
    float g[INPUTS] = {0};
    for (int n = 0; n < BATCH; n++, x += INPUTS) {
      float error = -y[n];
      for (int i = 0; i < INPUTS; i++) error += x[i] * w[i];
      for (int i = 0; i < INPUTS; i++) g[i] += x[i] * error;
    }
    for (int i = 0; i < INPUTS; i++) w[i] -= (float)(RATE * 2 / BATCH) * g[i];
  }
}

#else

#define W1 0
#define B1 (W1 + INPUTS * HIDDEN)
#define W2 (B1 + HIDDEN)
#define B2 (W2 + HIDDEN * OUTPUTS)
#define COUNT (B2 + OUTPUTS)

#if CLASSES
typedef long long label; /* a class id */
#define LABELS 1

/* From scores to the slope of the softmax cross-entropy, in place. */
static void slope(float *out, const label *y) {
  float largest = out[0], sum = 0;
  for (int k = 1; k < OUTPUTS; k++) largest = fmaxf(largest, out[k]);
  for (int k = 0; k < OUTPUTS; k++) sum += out[k] = expf(out[k] - largest);
  for (int k = 0; k < OUTPUTS; k++) out[k] = (out[k] / sum - (k == y[0])) / BATCH;
}
#else
typedef float label;
#define LABELS OUTPUTS

/* From outputs to the slope of the mean squared error, in place. */
static void slope(float *out, const label *y) {
  for (int k = 0; k < OUTPUTS; k++) out[k] = (out[k] - y[k]) * (2.0f / (BATCH * OUTPUTS));
}
#endif

/* Adds one example to the gradient g. */
static void example(const float *restrict x, const label *y, const float *restrict p, float *restrict g) {
  static float h[HIDDEN], d_h[HIDDEN];
  float out[OUTPUTS];
  memcpy(h, p + B1, sizeof h);
  for (int i = 0; i < INPUTS; i++)
    for (int j = 0; j < HIDDEN; j++) h[j] += x[i] * p[W1 + i * HIDDEN + j];
  for (int j = 0; j < HIDDEN; j++) h[j] = h[j] > 0 ? h[j] : 0;
  memcpy(out, p + B2, sizeof out);
  for (int j = 0; j < HIDDEN; j++)
    for (int k = 0; k < OUTPUTS; k++) out[k] += h[j] * p[W2 + j * OUTPUTS + k];

  slope(out, y);
  for (int k = 0; k < OUTPUTS; k++) g[B2 + k] += out[k];
  for (int j = 0; j < HIDDEN; j++) {
    float d = 0;
    for (int k = 0; k < OUTPUTS; k++) {
      g[W2 + j * OUTPUTS + k] += h[j] * out[k];
      d += out[k] * p[W2 + j * OUTPUTS + k];
    }
    d_h[j] = h[j] > 0 ? d : 0;
  }
  for (int j = 0; j < HIDDEN; j++) g[B1 + j] += d_h[j];
  for (int i = 0; i < INPUTS; i++)
    for (int j = 0; j < HIDDEN; j++) g[W1 + i * HIDDEN + j] += x[i] * d_h[j];
}

/* A net with every switch on; p is trained in place, the averages end in shadow. */
void train(const float *x_all, const label *y_all, float *restrict p, float *restrict shadow, long steps) {
  static float g[COUNT], m[COUNT], v[COUNT];
  memset(m, 0, sizeof m);
  memset(v, 0, sizeof v);
  memcpy(shadow, p, sizeof g);
  double beta_1_t = 1, beta_2_t = 1;
  for (long step = 0; step < steps; step++) {
    const long first = step % PERIOD * BATCH;
    memset(g, 0, sizeof g);
    for (long n = first; n < first + BATCH; n++) example(x_all + n * INPUTS, y_all + n * LABELS, p, g);
    for (int i = W1; i < B1; i++) g[i] += (float)STRENGTH * p[i];
    for (int i = W2; i < B2; i++) g[i] += (float)STRENGTH * p[i];

    beta_1_t *= BETA_1;
    beta_2_t *= BETA_2;
    const float rate = RATE * pow(DECAY_RATE, step / DECAY_STEPS) * sqrt(1 - beta_2_t) / (1 - beta_1_t);
    const float new = 1 - fmin(AVERAGE, (1.0 + step) / (10.0 + step));
    for (int i = 0; i < COUNT; i++) {
      m[i] += (float)(1 - BETA_1) * (g[i] - m[i]);
      v[i] += (float)(1 - BETA_2) * (g[i] * g[i] - v[i]);
      p[i] -= rate * m[i] / (sqrtf(v[i]) + (float)EPSILON);
      shadow[i] += new * (p[i] - shadow[i]);
    }
  }
}

#endif
