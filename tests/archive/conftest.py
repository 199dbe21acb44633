"""A bucket of its own for every test that wants one."""

from tests.buckets import bucket, buckets

__all__ = ["bucket", "buckets"]
