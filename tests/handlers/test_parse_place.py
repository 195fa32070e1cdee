"""RT/RW, addresses, codes and pins as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.kit import parse
from handlers.kit.refusal import Refusal


@pytest.mark.parametrize(
    "text",
    ["3/1", "RT 3 RW 1", "RT 03/RW 01", "rt.003 rw.001", "003/001", "rt3rw1", "RT/RW: 3/1", "RTRW 3 1"]
    + ["3 1", "3-1", "RW 1 RT 3", "rt 3/1", "٣/١", "ＲＴ ３ ＲＷ １", "RT\u200b003 \\ RW 001", "Rt. 3, Rw. 1."],
)
def test_rt_and_rw_are_three_digits_each(text: str) -> None:
    assert parse.rt_rw(text) == ("003", "001")


def test_rt_and_rw_of_the_field_guide() -> None:
    assert parse.rt_rw("RT 06/RW 04") == ("006", "004")


@given(
    rt=st.integers(1, 999),
    rw=st.integers(1, 999),
    form=st.sampled_from(["{0}/{1}", "RT {0} RW {1}", "rt.{0:03d} rw.{1:03d}", "RT{0:02d}/RW{1:02d}", "{0} - {1}"]),
)
def test_every_rt_rw_round_trips(rt: int, rw: int, form: str) -> None:
    read = parse.rt_rw(form.format(rt, rw))
    assert read == (f"{rt:03d}", f"{rw:03d}")
    assert parse.rt_rw("/".join(read)) == read


def test_an_address_is_one_line() -> None:
    assert parse.address(" Gg. Melati \n No. 12\u200b ") == "Gg. Melati No. 12"
    assert parse.address("Jl. 5") == "Jl. 5"
    assert len(parse.address("j" * 200)) == 200


@pytest.mark.parametrize(
    "text",
    ["pml 42", "PML-0042", "pml0042", "Pml_42", "ＰＭＬ－００４２", "pml – ٤٢", "kode rumah: PML 42", "PML-00042"],
)
def test_a_house_code_is_stored_in_one_form(text: str) -> None:
    assert parse.house_code(text) == "PML-0042"


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3), st.integers(1, 9_999_999))
def test_every_house_code_round_trips(letters: str, number: int) -> None:
    code = f"{letters}-{number:04d}"
    assert parse.house_code(code) == parse.house_code(code.lower().replace("-", "")) == code


@pytest.mark.parametrize(
    "text",
    [
        "-6.34, 106.73",
        "-6.34 106.73",
        "(-6.340, 106.7300)",
        "-6,34, 106,73",
        "-6,34;106,73",
        "−6.34，106.73",
        "106.73, -6.34",
        "6.34 S, 106.73 E",
        "6,34° LS 106,73° BT",
        "Lat: -6.34, Long: 106.73",
        "6°20'24.0\"S 106°43'48.0\"E",
        "6° 20′ 24″ LS, 106° 43′ 48″ BT",
        "-٦.٣٤, ١٠٦.٧٣",
        "geo:-6.34,106.73?z=17",
        "https://www.google.com/maps/@-6.34,106.73,17z",
        "https://www.google.com/maps?q=-6.34,106.73",
        "https://maps.google.com/?q=loc:-6.34%2C106.73&z=3",
        "https://www.google.com/maps/search/?api=1&query=-6.34,106.73",
        "https://www.google.com/maps/search/-6.34,+106.73?sa=X",
        "https://www.google.com/maps/place/Contoh/@-6.9,106.1,17z/data=!3m1!8m2!3d-6.34!4d106.73",
        "Rumah contoh: https://maps.apple.com/?ll=-6.34,106.73 dekat pasar",
        "https://www.openstreetmap.org/?mlat=-6.34&mlon=106.73#map=17/-6.1/106.1",
    ],
)
def test_a_pin_is_read_from_degrees_and_long_links(text: str) -> None:
    assert parse.coordinates(text) == parse.Point(-6.34, 106.73)


@given(
    st.floats(-90, 90).map(lambda x: round(x, 6)),
    st.floats(-180, 180).map(lambda x: round(x, 6)),
    st.sampled_from(["{:.6f}, {:.6f}", "{:.6f} {:.6f}", "https://www.google.com/maps/@{:.6f},{:.6f},17z"]),
)
def test_every_pin_round_trips(latitude: float, longitude: float, form: str) -> None:
    assert parse.coordinates(form.format(latitude, longitude)) == (latitude, longitude)


@given(st.floats(-11, 6), st.floats(95, 141))
def test_a_pair_in_the_wrong_order_is_turned_round_in_indonesia(latitude: float, longitude: float) -> None:
    point = parse.coordinates(f"{longitude:.6f}, {latitude:.6f}")
    assert point == (round(latitude, 6), round(longitude, 6))
    assert parse.coordinates_warnings(point) == []


@given(st.floats(-400, 400), st.floats(-400, 400))
def test_a_pin_is_refused_exactly_when_no_order_is_on_the_map(first: float, second: float) -> None:
    first, second = round(first, 6), round(second, 6)
    orders = [(first, second), (second, first)]
    on_the_map = [order for order in orders if abs(order[0]) <= 90 and abs(order[1]) <= 180]
    text = f"{first:.6f}, {second:.6f}"
    if on_the_map:
        assert parse.coordinates(text) == on_the_map[0]
    else:
        with pytest.raises(Refusal):
            parse.coordinates(text)


def test_a_longitude_just_over_ninety_is_seen_as_one() -> None:
    assert parse.coordinates("90.5, 10.25") == (10.25, 90.5)
    assert parse.coordinates("90.0, 10.25") == (90.0, 10.25)


def test_a_pin_without_its_minus_is_warned_of() -> None:
    assert parse.coordinates_warnings(parse.Point(6.34 + 1, 106.73)) == ["warn.coordinates.abroad"]
    assert parse.coordinates_warnings(parse.Point(0.0, 0.0)) == ["warn.coordinates.abroad"]
    assert parse.coordinates_warnings(parse.Point(-6.34, 106.73)) == []
