"""The version that every written row carries."""

APP_VERSION = "0.4.0"
