"""How the choices of a training are called on screen."""

ARCHITECTURES = {
    "small": "Small CNN: four stages, made for this project; the fastest, learns from scratch",
    "resnet18": "ResNet-18: the project's own backbone",
    "resnet50": "ResNet50: deeper, about three times slower",
    "resnet50v2": "ResNet50V2: ResNet50 with its normalisation first, as one of the older classifiers had it",
    "vgg16": "VGG16: plain and wide, many weights, slow",
    "xception": "Xception: separable filters, slow on a CPU",
}
NAMES = {
    "small": "Small CNN",
    "resnet18": "ResNet-18",
    "resnet50": "ResNet50",
    "resnet50v2": "ResNet50V2",
    "vgg16": "VGG16",
    "xception": "Xception",
}
WEIGHTS = {
    "glitch": "the project's backbone",
    "imagenet": "ImageNet weights",
    "scratch": "scratch (random weights)",
}
ABOUT_WEIGHTS = {
    "imagenet": "Its weights have seen everyday photographs; they are downloaded once, which needs a network",
    "scratch": "It knows nothing yet and needs more samples and epochs than one that does",
}
TUNES = {
    "frozen": "the head only (fastest)",
    "last stages": "the head and the last stages",
    "whole": "everything (slowest)",
}
UNITS = {
    "sample": "a sample, from its views together",
    "picture": "every picture by itself",
}
BALANCES = {
    "none": "nothing",
    "class weights": "rare labels weigh more in the loss",
    "balanced sampling": "rare labels are drawn more often",
}
MERGES = {"concatenate": "side by side", "mean": "as their mean"}
CENTRINGS = {
    "none": "nothing",
    "centre": "its mean",
    "standardise": "its mean, then divided by its spread",
}
SPLITS_BY = {
    "glitch": "at random, by sample",
    "time": "in time: the latest are judged on",
}
COLOURS = {"auto": "as the pictures and the weights have it", "colour": "in colour", "gray": "in gray"}
OPTIMIZERS = {"adamw": "AdamW", "rmsprop": "RMSprop"}
STATES = {"running": "training", "stopped": "stopped", "done": "done", "failed": "failed"}
STATE_COLOURS = {"running": "blue", "stopped": "orange", "done": "green", "failed": "red"}


def weights_of(architecture: str, *, ordinary: bool = False) -> tuple[str, ...]:
    """The start weights that there are for an architecture, the usual one first; of ordinary pictures in colour."""
    if architecture == "small":
        return ("scratch",)
    if ordinary and architecture == "resnet18":
        return ("scratch", "imagenet", "glitch")
    return ("glitch", "scratch", "imagenet") if architecture == "resnet18" else ("imagenet", "scratch")


def params_rows(params) -> dict[str, str]:
    """Every parameter of a training by a readable name, as text."""
    height, width = params.size
    return {
        "architecture": NAMES.get(params.architecture, params.architecture),
        "start weights": WEIGHTS.get(params.weights, params.weights),
        "what learns": TUNES.get(params.tune, params.tune),
        "one answer for": UNITS.get(params.unit, params.unit),
        "views": ", ".join(params.views) or "all",
        "views are joined": MERGES.get(params.merge, params.merge),
        "picture size": f"{height} x {width} pixels",
        "head's layers": ", ".join(map(str, params.dense)) or "none (linear)",
        "dropout": f"{params.dropout:g}",
        "optimizer": OPTIMIZERS.get(params.optimizer, params.optimizer),
        "first learning rate": f"{params.learning_rate:g}",
        "weight decay": f"{params.weight_decay:g}",
        "epochs at most": f"{params.epochs}",
        "batch": f"{params.batch}",
        "stops after epochs without gain": f"{params.patience}",
        "lowers the rate after": f"{params.plateau_patience}, by {params.plateau_factor:g}",
        "rare labels": BALANCES.get(params.balance, params.balance),
        "sees pictures": COLOURS.get(params.colours, params.colours),
        "taken out of each picture": CENTRINGS.get(params.centring, params.centring),
        "random time shift": f"{params.time_shift:.0%} of the width",
        "random gain": f"{params.gain:g}",
        "mirror": "on" if params.mirror else "off",
        "zoom": f"{params.zoom:g}",
        "label smoothing": f"{params.label_smoothing:g}",
        "half precision": "on" if params.mixed_precision else "off",
        "split by": SPLITS_BY.get(params.split_by, params.split_by),
        **({"gap between the parts": f"at most {params.gap_days:g} days"} if params.split_by == "time" else {}),
        "validation share": f"{params.validation_share:.0%}",
        "test share": f"{params.test_share:.0%}",
        "seed": f"{params.seed}",
        "device asked for": params.device,
    }
