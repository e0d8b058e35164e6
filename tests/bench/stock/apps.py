"""App configuration."""

from django.apps import AppConfig


class StockConfig(AppConfig):
    """Only installed while benching."""

    name = "tests.bench.stock"
    label = "bench_stock"
