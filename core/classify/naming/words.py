"""What is said of a classifier's confidence and false alarms, on the screen and at the terminal, with its intervals."""

from __future__ import annotations

from core.classify.naming.classifier import PICTURE, Classifier
from core.classify.naming.own_labels import FEWEST_LABELS, FEWEST_SAMPLES, Said


def false_alarm_words(classifier: Classifier) -> str:
    """Return how often glitches of known labels are called unlike anything known: measured on real ones, and stated."""
    rule = classifier.rule
    pictures = 1 if classifier.unit == PICTURE else len(classifier.views)
    if rule is None or rule.threshold(pictures) == float("inf"):
        return "Too few samples were held out to tell what is unlike anything it knows."
    low, high = rule.interval(pictures)
    held_out = rule.held_out.get(pictures, max(rule.held_out.values()))
    stated = f"{100 * rule.false_alarm_rate:.0f} %"
    interval = f"95 % interval {100 * low:.1f} to {100 * high:.1f} %, from {held_out:,} that were held out"
    if not classifier.fits_simulated:
        return f"“Unlike anything I know” is said of {stated} of validation samples by mistake ({interval})."
    real = classifier.on_real.unlike
    if real is None:
        return (
            f"“Unlike anything I know” is said of {stated} of simulated glitches of the classes it knows by mistake "
            f"({interval}). Of how many real ones was not measured."
        )
    low_real, high_real = real.interval
    names = " or ".join(classifier.labels[number] for number in rule.not_known)
    odd = f", rightly of {real.odd_called} of {real.odd_glitches} called {names}" if names and real.odd_glitches else ""
    return (
        f"“Unlike anything I know” was said by mistake of {100 * real.share:.0f} % of {real.glitches} real glitches of "
        f"known kinds (95 % interval {100 * low_real:.0f} to {100 * high_real:.0f} %){odd}, and of {stated} of "
        f"simulated ones ({interval})."
    )


def confidence_words(classifier: Classifier, *, dataset: bool) -> str:
    """Return what its percentages are worth; ``dataset`` says whether a data set is open whose labels could tell."""
    if classifier.said is not None:
        return (
            "Its percentages are calibrated on these samples, each as the others name it: "
            f"{_held(classifier.said, on_average=True)}, said by what the other half of the samples gave."
        )
    if not classifier.fits_simulated:
        return ""
    own = classifier.own
    if own is not None:
        wrong = f" {100 * own.wrong:.0f} % of the labels were taken to be wrong." if round(100 * own.wrong) else ""
        return (
            f"Its confidence is calibrated on {own.samples:,} labelled glitches of this data set: "
            f"{_held(own.example or own.after, on_average=own.example is None)}, said without having seen them "
            f"(before: {100 * own.before.sure:.0f} % sure on average, {100 * own.before.right:.0f} % labelled so)."
            f"{wrong}"
        )
    real = classifier.on_real.said
    measured = ""
    if real is not None:
        more = "too sure" if real.sure > real.right else "not too sure"
        measured = (
            f" On {real.samples} real glitches it was {more}: {100 * real.sure:.0f} % sure on average, right for "
            f"{100 * real.right:.0f} % (95 % interval {100 * real.low:.0f} to {100 * real.high:.0f} %)."
        )
    why = (
        f" This data set has fewer than {FEWEST_SAMPLES} samples, or fewer than {FEWEST_LABELS} labels, of classes "
        "that it names, or was looked at by another network, so its labels cannot tell."
        if dataset
        else ""
    )
    return f"Its confidence is calibrated on simulated glitches.{measured}{why}"


def _held(said: Said, *, on_average: bool) -> str:
    interval = f"95 % interval {100 * said.low:.0f} to {100 * said.high:.0f}"
    sure, right = f"{100 * said.sure:.0f} %", f"{100 * said.right:.0f}"
    if on_average:
        return f"it is {sure} sure on average, and {right} % are labelled so ({interval} %)"
    return f"of 100 said {sure} sure, {right} are labelled so ({interval})"
