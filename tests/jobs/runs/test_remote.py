"""A source on another machine is brought here whole, or the layer keeps what it has."""

import resource
import signal
from contextlib import contextmanager

import pytest

from soilinfo.errors import SourceError, StoreError
from soilinfo.jobs.runs import remote
from soilinfo.jobs.runs.remote import address_of, fetch
from tests.s3 import object_storage

BODY = b"II*\0" + bytes(range(256)) * 40_000


@pytest.fixture
def bucket(monkeypatch):
    # The wait between attempts is policy, not behaviour: tests need not sit through it.
    monkeypatch.setattr(remote._attempt.retry, "wait", lambda _state: 0.0)
    with object_storage() as storage:
        for name, value in storage.environment.items():
            monkeypatch.setenv(name, value)
        storage.objects["maps/ph h2o.tif"] = BODY
        yield storage


@contextmanager
def no_room(size):
    """The system refuses files larger than ``size`` bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def addresses(bucket):
    return "s3://soil/maps/ph h2o.tif", f"{bucket.endpoint}/soil/maps/ph%20h2o.tif?token=1"


@pytest.mark.parametrize("way", [0, 1], ids=["s3", "http"])
class TestEitherWay:
    def test_a_source_arrives_whole_under_a_name_that_tells_its_format(self, bucket, tmp_path, way):
        file = fetch(addresses(bucket)[way], tmp_path)
        assert file.read_bytes() == BODY
        assert file.name == "ph_h2o.tif"

    def test_an_unchanged_source_is_not_sent_again_and_a_changed_one_is(self, bucket, tmp_path, way):
        url = addresses(bucket)[way]
        first = fetch(url, tmp_path)
        bucket.asked.clear()
        assert fetch(url, tmp_path) == first
        assert [status for _, _, status in bucket.asked] == [304]
        bucket.objects["maps/ph h2o.tif"] = b"another"
        second = fetch(url, tmp_path)
        assert second != first, "who reads the first edition never finds the second in its place"
        assert second.read_bytes() == b"another"
        assert [path.read_bytes() for path in tmp_path.rglob("*.tif")] == [b"another"]

    def test_a_busy_server_is_asked_again(self, bucket, tmp_path, way):
        bucket.faults = 2
        assert fetch(addresses(bucket)[way], tmp_path).read_bytes() == BODY
        assert [status for _, _, status in bucket.asked] == [503, 503, 200]

    def test_a_missing_source_is_named_and_what_was_kept_stays(self, bucket, tmp_path, way):
        url = addresses(bucket)[way]
        kept = fetch(url, tmp_path)
        del bucket.objects["maps/ph h2o.tif"]
        with pytest.raises(SourceError, match=r"maps/ph.*(no such object|answered 404)"):
            fetch(url, tmp_path)
        assert kept.read_bytes() == BODY
        assert not list(tmp_path.glob("*/.partial-*"))

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"url": 1}'], ids=["empty", "torn", "list", "other"])
    def test_a_torn_note_is_as_none_and_the_source_is_sent_again(self, bucket, tmp_path, way, text):
        url = addresses(bucket)[way]
        fetch(url, tmp_path)
        next(tmp_path.glob("*/source.json")).write_text(text)
        assert fetch(url, tmp_path).read_bytes() == BODY

    def test_a_file_that_was_cleaned_away_is_sent_again(self, bucket, tmp_path, way):
        url = addresses(bucket)[way]
        fetch(url, tmp_path).unlink()
        assert fetch(url, tmp_path).read_bytes() == BODY

    def test_a_full_disk_is_a_fault_of_the_store_not_of_the_source(self, bucket, tmp_path, way):
        with no_room(10_000), pytest.raises(StoreError, match=r"ph.*cannot be kept in .*File too large"):
            fetch(addresses(bucket)[way], tmp_path)
        assert fetch(addresses(bucket)[way], tmp_path).read_bytes() == BODY
        assert [path.name for path in tmp_path.glob("*/.partial-*")] == []


def test_a_server_that_never_answers_is_given_up_with_the_reason(bucket, tmp_path):
    bucket.faults = 99
    with pytest.raises(SourceError, match="after 5 attempts: 503"):
        fetch(addresses(bucket)[1], tmp_path)
    assert len(bucket.asked) == 5


def test_a_host_that_is_not_there_is_a_source_error(bucket, tmp_path):
    with pytest.raises(SourceError, match="no answer with the file"):
        fetch("http://127.0.0.1:9/ph.tif", tmp_path)


@pytest.mark.parametrize(
    "url", ["http://[::1/x.tif", "http:///x.tif", "https://host:port/x.tif", "s3:///x.tif"]
)
def test_what_is_no_address_is_a_source_error(tmp_path, url):
    with pytest.raises(SourceError, match="not an address of a file"):
        fetch(url, tmp_path)


def test_a_long_name_is_kept_short_with_its_suffix(bucket, tmp_path):
    bucket.objects[f"maps/{'a' * 300}.tif"] = BODY
    file = fetch(f"{bucket.endpoint}/soil/maps/{'a' * 300}.tif", tmp_path)
    assert (file.read_bytes(), file.suffix, len(file.name)) == (BODY, ".tif", 100)


def test_gdal_names_of_remote_files_are_the_same_places():
    assert address_of("/vsis3/soil/maps/ph.tif") == "s3://soil/maps/ph.tif"
    assert address_of("/vsicurl/https://host/ph.tif") == "https://host/ph.tif"
    assert address_of("../data/ph.tif") is None
    assert address_of("/vsizip/ph.zip/ph.tif") is None
