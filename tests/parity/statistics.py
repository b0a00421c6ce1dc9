"""Writes fixtures/statistics.json: what SciPy and statsmodels compute, for tests/study/statistics/parity.test.ts.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install scipy statsmodels && /tmp/venv/bin/python tests/parity/statistics.py
"""
import json
import pathlib

import numpy as np
import scipy
import statsmodels
from scipy import integrate, optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

rng = np.random.default_rng(20250727)
ALTERNATIVES = ["greater", "less", "two-sided"]


def samples():
    yield [1.31, 1.4, 1.22, 1.35, 1.19]
    yield [-0.5, 2.0]
    yield [0.25, -0.75, 1.5, 0.5, 2.25, -0.3, 1.0]
    for n, shift in [(3, 1.0), (5, 0.4), (8, -0.6), (12, 0.3), (16, 0.2), (40, 0.25)]:
        yield list(np.round(rng.normal(shift, 1.0, n), 6))
    yield list(np.round(rng.exponential(1.0, 10) - 0.4, 6))


def functions():
    points = {}
    points["log-gamma"] = [[x, float(special.gammaln(x))] for x in [1e-3, 0.1, 0.5, 1.5, 2.5, 7.0, 33.3, 170.0, 1234.5]]
    points["incomplete-beta"] = [
        [a, b, x, float(special.betainc(a, b, x))]
        for a in [0.5, 1.0, 2.5, 40.0, 600.0] for b in [0.5, 1.0, 3.0, 75.0] for x in [1e-6, 0.02, 0.3, 0.5, 0.77, 0.999]]
    points["normal-cdf"] = [[x, float(special.ndtr(x))] for x in [-37.0, -8.5, -3.0001, -2.9, -1.0, -1e-9, 0.0, 0.3, 2.9999, 3.5, 7.0]]
    points["normal-quantile"] = [[p, float(special.ndtri(p))] for p in [1e-300, 1e-12, 0.001, 0.02425, 0.1, 0.5, 0.8, 0.975, 0.999999]]
    dfs = [1.0, 2.0, 4.0, 9.0, 31.5, 400.0]
    points["student-survival"] = [[t, df, float(stats.t.sf(t, df))] for df in dfs for t in [-30.0, -2.1, -1e-5, 0.0, 0.4, 2.0, 12.0, 250.0]]
    points["student-quantile"] = [[p, df, float(stats.t.ppf(p, df))] for df in dfs for p in [1e-8, 0.003, 0.025, 0.3, 0.5, 0.9, 0.975, 0.9995]]
    points["noncentral-student-cdf"] = [
        [t, df, delta, float(special.nctdtr(df, delta, t))]
        for df in [1.0, 4.0, 19.0, 99.0] for delta in [-3.0, 0.0, 0.7, 2.5, 8.0, 30.0] for t in [-4.0, -0.5, 0.0, 1.7, 2.8, 9.0, 31.0]]
    # SciPy's noncentral t gives NaN far out in its lower tail: such points say nothing.
    return {name: [point for point in rows if np.isfinite(point).all()] for name, rows in points.items()}


def of_sample(d):
    d = np.asarray(d)
    out = {"values": d.tolist(), "mean": float(d.mean()), "deviation": float(d.std(ddof=1))}
    out["quantiles"] = [[p, float(np.quantile(d, p))] for p in [0.0, 0.1, 0.5, 0.77, 1.0]]
    out["intervals"] = [[c, *map(float, stats.t.interval(c, len(d) - 1, d.mean(), stats.sem(d)))] for c in [0.8, 0.95, 0.99]]
    out["t"] = {a: [float(v) for v in stats.ttest_rel(d, 0 * d, alternative=a)] for a in ALTERNATIVES}
    out["dz"] = float(d.mean() / d.std(ddof=1))
    if len(d) > 2:
        df = len(d) - 1
        out["gz"] = out["dz"] * float(np.exp(special.gammaln(df / 2) - 0.5 * np.log(df / 2) - special.gammaln((df - 1) / 2)))
    if len(d) <= 12:
        out["sign-flip"] = {a: float(stats.permutation_test(
            (d,), np.sum, permutation_type="samples", n_resamples=np.inf, alternative=a).pvalue) for a in ALTERNATIVES}
    out["wilcoxon"] = {a: float(stats.wilcoxon(d, alternative=a, method="exact").pvalue) for a in ALTERNATIVES}
    out["wilcoxon-approximate"] = {a: float(stats.wilcoxon(d, alternative=a, method="asymptotic", correction=True).pvalue) for a in ALTERNATIVES}
    return out


def tied():
    """Wilcoxon with ties: the permutation distribution of the mean ranks; with zeros: those dropped first."""
    out = []
    for d in [[1, 1, -1, 2, 3, 3, -2, 4], [0, 1, 2, -2, 0, 3, 5], [2, 2, 2, 2, 2]]:
        d = np.asarray(d, float)
        kept = d[d != 0]
        ranks = stats.rankdata(np.abs(kept)) * np.sign(kept)
        out.append({"values": d.tolist(), "p": {a: float(stats.permutation_test(
            (ranks,), lambda r, axis=-1: np.sum(np.where(r > 0, r, 0), axis=axis), permutation_type="samples", n_resamples=np.inf, alternative=a,
            vectorized=True).pvalue) for a in ALTERNATIVES}})
    return out


def bootstraps():
    out = []
    for data, statistic in [(rng.normal(2, 1, 12), "mean"), (rng.exponential(1, 15), "mean"), (rng.exponential(1, 9), "deviation")]:
        data = np.round(data, 6)
        f = np.mean if statistic == "mean" else (lambda x, axis=-1: np.std(x, ddof=1, axis=axis))
        bca = stats.bootstrap((data,), f, n_resamples=599, method="BCa", rng=np.random.default_rng(3))
        plain = stats.bootstrap((data,), f, n_resamples=0, bootstrap_result=bca, method="percentile")
        out.append({"values": data.tolist(), "statistic": statistic, "replicates": bca.bootstrap_distribution.tolist(),
                    "bca": list(map(float, bca.confidence_interval)), "percentile": list(map(float, plain.confidence_interval))})
    return out


def powers():
    def integrated(effect, n, level, sides):
        """The power as an integral over the deviation: statsmodels and SciPy give NaN far out."""
        df, delta = n - 1, effect * np.sqrt(n)
        critical = stats.t.isf(level / sides, df)
        def beyond(u):  # u = sqrt(chi2 / df)
            return stats.chi.pdf(u * np.sqrt(df), df) * np.sqrt(df) * (
                special.ndtr(delta - critical * u) + (special.ndtr(-delta - critical * u) if sides == 2 else 0))
        knee = min(delta / critical, 10)
        return sum(integrate.quad(beyond, *ends, epsabs=1e-13, epsrel=1e-13, limit=400)[0] for ends in [(0, knee), (knee, 12)])

    out = {"power": [], "seeds": [], "detectable": []}
    for sides, name in [(1, "larger"), (2, "two-sided")]:
        for level in [0.05, 0.01]:
            for n in [2, 3, 5, 10, 40]:
                for effect in [0.2, 0.8, 2.0, 5.0]:
                    reference = float(TTestPower().power(effect, n, level, alternative=name))
                    assert np.isnan(reference) or abs(reference - integrated(effect, n, level, sides)) < 1e-9, (effect, n, level, sides)
                    out["power"].append([effect, n, level, sides, float(integrated(effect, n, level, sides))])
                found = optimize.brentq(lambda d: integrated(d, n, level, sides) - 0.8, 1e-3, 300, xtol=1e-12)
                out["detectable"].append([n, level, sides, 0.8, float(found)])
            for effect in [0.3, 0.5, 1.0, 2.5]:
                n = float(np.squeeze(TTestPower().solve_power(effect, None, level, 0.8, alternative=name)))
                out["seeds"].append([effect, level, sides, 0.8, max(2, int(np.ceil(n)))])
    return out


def main():
    pairs = [[0.01, 0.04, 0.03, 0.005], [0.5], [0.2, 0.2, 0.9, 0.001, 0.049], [1.0, 1.0]]
    fixture = {
        "made-with": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__},
        "functions": functions(),
        "samples": [of_sample(d) for d in samples()],
        "tied": tied(),
        "bootstrap": bootstraps(),
        "holm": [[p, multipletests(p, method="holm")[1].tolist()] for p in pairs],
        "power": powers(),
    }
    path = pathlib.Path(__file__).parent / "fixtures" / "statistics.json"
    path.write_text(json.dumps(fixture, allow_nan=False, separators=(",", ":")).replace('],"', '],\n"') + "\n")


main()
