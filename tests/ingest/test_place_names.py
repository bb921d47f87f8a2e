"""Two spellings of one place agree; a Kota is not the Kabupaten of its name."""

import pytest

from soilinfo.ingest.place_names import agree, is_garbled


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kab. Bone", "KABUPATEN BONE"),
        ("Bone", "Kabupaten Bone"),
        ("Toli-Toli", "Kabupaten Tolitoli"),
        ("Kota Baru", "KOTABARU"),
        ("Kab. Adm. Kep. Seribu", "Kabupaten Administrasi Kepulauan Seribu"),
        ("Papuá", "Papua"),
    ],
)
def test_spellings_of_one_place_agree(one, other):
    assert agree(one, other)
    assert agree(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Kota Bogor", "Kabupaten Bogor"), ("Kab. Bone", "Kab. Bone Bolango"), ("", "Bone")]
)
def test_different_places_do_not_agree(one, other):
    assert not agree(one, other)


def test_texts_of_a_wrong_encoding_are_told_from_accents():
    assert all(map(is_garbled, ["Ã©", "Papu\ufffd", "Papu\x92"]))
    assert not any(map(is_garbled, ["Papuá", "Bone", "São Tomé", ""]))
