"""Geofence and Wi-Fi, judged in columns."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.punch_places import EARTH_M, NO_PLACE, Places, Sightings, Trust, distances_m, judge, to_gcj02

NAN = float("nan")
# The Bund (200 m), a warehouse (1 km) some way off, and an office known by its Wi-Fi alone.
PLACES = Places(
    latitude=np.array([31.2400, 31.3000, NAN]), longitude=np.array([121.4900, 121.5000, NAN]),
    radius_m=np.array([200.0, 1000.0, 200.0]), bssids={"aa:bb:cc:dd:ee:01": 2, "aa:bb:cc:dd:ee:02": 0},
)  # fmt: skip
METRE = 1 / 111_195  # degrees of latitude


def look(latitude: float = NAN, longitude: float = 121.49, accuracy: float = 0.0, bssid: str = ""):
    seen = Sightings(np.array([latitude]), np.array([longitude]), np.array([accuracy]), [bssid])
    found = judge(seen, PLACES)
    return Trust(int(found.trust[0])), int(found.place[0]), float(found.distance_m[0])


@pytest.mark.parametrize(("metres", "accuracy", "trust"), [
    (0, 0, Trust.PLACE), (199, 0, Trust.PLACE), (202, 0, Trust.OUTSIDE),
    (250, 60, Trust.PLACE),  # may be inside
    (250, 40, Trust.OUTSIDE),
    (320, 400, Trust.OUTSIDE),  # a vague position helps by 100 m at most
    (0, 501, Trust.UNLOCATED),  # one that may be anywhere says nothing
])  # fmt: skip
def test_a_stamp_is_inside_up_to_the_radius_in_favour_of_the_person(metres: int, accuracy: int, trust: Trust) -> None:
    assert look(31.24 + metres * METRE, accuracy=accuracy)[0] is trust


def test_wifi_says_more_than_a_position() -> None:
    assert look(bssid="AA:BB:CC:DD:EE:01")[:2] == (Trust.WIFI, 2)
    assert look(30.0, bssid="aa:bb:cc:dd:ee:02")[:2] == (Trust.WIFI, 0)
    assert look(bssid="00:00:00:00:00:00")[:2] == (Trust.UNLOCATED, NO_PLACE)


def test_outside_the_nearest_place_is_named_with_the_distance_to_its_centre() -> None:
    trust, place, metres = look(31.24 + 1500 * METRE)
    assert (trust, place) == (Trust.OUTSIDE, 0)
    assert metres == pytest.approx(1500, rel=0.001)
    assert look(31.30 - 1500 * METRE, 121.50)[1] == 1


def test_without_places_nothing_is_inside() -> None:
    nowhere = Places(np.zeros(0), np.zeros(0), np.zeros(0), {})
    found = judge(Sightings(np.array([31.0]), np.array([121.0]), np.array([5.0]), [""]), nowhere)
    assert (found.trust[0], found.place[0]) == (Trust.UNLOCATED, NO_PLACE)


DEGREES = st.tuples(st.floats(-85, 85), st.floats(-179, 179))


@given(st.lists(DEGREES, min_size=1, max_size=8), st.lists(DEGREES, min_size=1, max_size=5))
def test_distances_are_those_of_the_law_of_cosines_on_the_sphere(points, centres) -> None:
    columns = [np.array(one) for one in zip(*points, strict=True)]
    there = [np.array(one) for one in zip(*centres, strict=True)]
    found = distances_m(*columns, Places(*there, np.ones(len(centres)), {}))
    for row, (lat, lon) in enumerate(points):
        for column, (lat2, lon2) in enumerate(centres):
            a, b, turn = math.radians(lat), math.radians(lat2), math.radians(lon2 - lon)
            cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
            assert found[row, column] == pytest.approx(EARTH_M * math.acos(max(-1, min(1, cosine))), abs=1.0)


@given(st.lists(st.tuples(st.floats(31.2, 31.35), st.floats(121.4, 121.6), st.floats(0, 800)), min_size=1, max_size=9))
def test_many_at_once_are_judged_as_each_alone(seen) -> None:
    lat, lon, accuracy = (np.array(one) for one in zip(*seen, strict=True))
    together = judge(Sightings(lat, lon, accuracy, [""] * len(seen)), PLACES)
    alone = [look(*one) for one in seen]
    assert [(Trust(int(t)), int(p)) for t, p in zip(together.trust, together.place, strict=True)] == [
        (trust, place) for trust, place, _metres in alone
    ]


def test_satellite_coordinates_become_those_of_chinese_maps() -> None:
    latitude, longitude = to_gcj02(np.array([39.915, 48.8584]), np.array([116.404, 2.2945]))
    assert latitude == pytest.approx([39.91640428150164, 48.8584], abs=1e-9)
    assert longitude == pytest.approx([116.41024449916938, 2.2945], abs=1e-9)
