"""The sample workload of a data plane: a small HTTP shop that reports its own metrics over OTLP."""
