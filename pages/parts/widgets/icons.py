"""The icons of what is done in several places: the same act has the same one everywhere, and nothing else has it."""

from __future__ import annotations

PROPOSE = ":material/edit_note:"
UNDO = ":material/undo:"
DONE = ":material/check:"
WENT_WRONG = ":material/error:"
DOWNLOAD = ":material/download:"
REMOVE = ":material/delete:"
STOP = ":material/stop_circle:"
SETTLE = ":material/gavel:"

OPEN_SAMPLE = ":material/image:"
OPEN_MAP = ":material/scatter_plot:"
OPEN_CLUSTER = ":material/workspaces:"
OPEN_SUSPECTS = ":material/person_search:"
OPEN_REVIEW = ":material/rate_review:"
OPEN_TRAINING = ":material/model_training:"
OPEN_EVALUATION = ":material/grading:"
OPEN_DATA = ":material/folder_open:"

COMMENTS = ":material/forum:"
HISTORY = ":material/history:"
SAVED = ":material/bookmark:"
CLEAR_SELECTION = ":material/deselect:"
CLEAR_FILTERS = ":material/filter_alt_off:"
TAKE_LABEL = ":material/label:"
HIDDEN = ":material/visibility_off:"

HELP = ":material/help:"
NOTE = ":material/info:"
NOT_KNOWN = ":material/question_mark:"
ROLE = ":material/badge:"
