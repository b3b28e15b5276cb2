"""Remote write 1.0 on the wire: snappy around a protobuf message, as far as deduplication has to look into it."""

from typing import Any

import cramjam
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

CLUSTER, REPLICA = "cluster", "__replica__"
_STRING, _MESSAGE = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
_OPTIONAL = descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL
_REPEATED = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED


def _message_class() -> Any:
    # Samples, exemplars, histograms and metadata stay as they are: protobuf carries along what it does not know.
    file = descriptor_pb2.FileDescriptorProto(name="planewatch/write.proto", package="planewatch", syntax="proto3")
    label = file.message_type.add(name="Label")
    label.field.add(name="name", number=1, type=_STRING, label=_OPTIONAL)
    label.field.add(name="value", number=2, type=_STRING, label=_OPTIONAL)
    series = file.message_type.add(name="TimeSeries")
    series.field.add(name="labels", number=1, type=_MESSAGE, type_name=".planewatch.Label", label=_REPEATED)
    request = file.message_type.add(name="WriteRequest")
    request.field.add(name="timeseries", number=1, type=_MESSAGE, type_name=".planewatch.TimeSeries", label=_REPEATED)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("planewatch.WriteRequest"))


_WRITE_REQUEST = _message_class()


class Write:
    """A write request; raises cramjam's or protobuf's DecodeError for a body that is none."""

    def __init__(self, body: bytes) -> None:
        self._message = _WRITE_REQUEST.FromString(bytes(cramjam.snappy.decompress_raw(body)))

    @property
    def sender(self) -> tuple[str, str] | None:
        """Cluster and replica by the first series, as the service looks; None when it lacks one of them."""
        if not self._message.timeseries:
            return None
        labels = {label.name: label.value for label in self._message.timeseries[0].labels}
        return (labels[CLUSTER], labels[REPLICA]) if CLUSTER in labels and REPLICA in labels else None

    def without_replica(self) -> bytes:
        """Return the body as it is stored."""
        for series in self._message.timeseries:
            kept = [label for label in series.labels if label.name != REPLICA]
            del series.labels[:]
            series.labels.extend(kept)
        return bytes(cramjam.snappy.compress_raw(self._message.SerializeToString()))
