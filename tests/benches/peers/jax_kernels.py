"""The mixture, the LSTM and the perceptron in JAX, as one writes them there; told by `src/jax.rs` what to do."""

import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

jax.config.update("jax_enable_x64", True)


def mixture(sizes):
    components, d, count = sizes
    size = d * (d + 1) // 2
    rows, columns = np.tril_indices(d, -1)

    def likelihood(parameters, points, *_):
        alphas = parameters[:components]
        means = parameters[components : components * (d + 1)].reshape(components, d)
        factors = parameters[components * (d + 1) :].reshape(components, size)
        points = points.reshape(count, d)
        logs, rest = factors[:, :d], factors[:, d:]
        diagonal = jnp.exp(logs)
        lower = jnp.zeros((components, d, d)).at[:, rows, columns].set(rest)
        lower = lower + jax.vmap(jnp.diag)(diagonal)
        centred = points[:, None, :] - means[None]
        products = jnp.einsum("kij,nkj->nki", lower, centred)
        terms = alphas + logs.sum(1) - 0.5 * (products**2).sum(2)
        prior = 0.5 * ((diagonal**2).sum() + (rest**2).sum())
        return logsumexp(terms, axis=1).sum() - count * logsumexp(alphas) - prior

    return likelihood


def lstm(sizes):
    width, layers = sizes

    def loss(parameters, start, sequence, *_):
        cells = parameters[: 8 * width * layers].reshape(layers, 8, width)
        enter, scale, offset = parameters[8 * width * layers :].reshape(3, width)
        sequence = sequence.reshape(-1, width)

        def step(state, pair):
            below = pair[0] * enter
            after = []
            for l in range(layers):
                w, b = cells[l, :4], cells[l, 4:]
                hidden, cell = state[l]
                forget = jax.nn.sigmoid(below * w[0] + b[0])
                gate = jax.nn.sigmoid(hidden * w[1] + b[1])
                leave = jax.nn.sigmoid(below * w[2] + b[2])
                change = jnp.tanh(hidden * w[3] + b[3])
                cell = cell * forget + gate * change
                below = leave * jnp.tanh(cell)
                after.append(jnp.stack([below, cell]))
            y = below * scale + offset
            normaliser = jnp.log(2.0 + jnp.exp(y).sum())
            return jnp.stack(after), (pair[1] * (y - normaliser)).sum()

        state = start.reshape(layers, 2, width)
        _, terms = jax.lax.scan(step, state, (sequence[:-1], sequence[1:]))
        return -terms.sum() / ((sequence.shape[0] - 1) * width)

    return loss


def perceptron(_):
    def loss(weights, images, labels, *_):
        first = weights[: 32 * 65].reshape(32, 65)
        second = weights[32 * 65 :].reshape(10, 33)
        images = images.reshape(-1, 64)
        hidden = jnp.tanh(images @ first[:, :64].T + first[:, 64])
        scores = hidden @ second[:, :32].T + second[:, 32]
        own = jnp.take_along_axis(scores, labels.astype(int)[:, None], axis=1)
        return (logsumexp(scores, axis=1) - own[:, 0]).mean()

    return loss


def main():
    functions = {"mixture": mixture, "lstm": lstm, "perceptron": perceptron}
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    stdout.write(f"{jax.__version__}\n".encode())
    stdout.flush()
    gradient = arrays = None
    for line in iter(stdin.readline, b""):
        match line.decode().split():
            case ["load", name, *numbers]:
                lengths, sizes = map(int, numbers[:4]), list(map(int, numbers[4:]))
                read = [np.frombuffer(stdin.read(8 * n), "<f8") for n in lengths]
                arrays = [jnp.asarray(array) for array in read]
                gradient = jax.jit(jax.grad(functions[name](sizes)))
                np.asarray(gradient(*arrays))
            case ["call", calls]:
                start = time.perf_counter_ns()
                for _ in range(int(calls)):
                    result = gradient(*arrays).block_until_ready()
                stdout.write(f"{time.perf_counter_ns() - start}\n".encode())
                stdout.write(np.asarray(result).tobytes())
                stdout.flush()


main()
