"""Where a phone was when somebody stamped: inside a place of work, on its Wi-Fi, or elsewhere. Columns in, columns out.

Coordinates are degrees in GCJ-02, which Chinese phones and maps use; satellites speak WGS-84, which lies up to 700 m
beside it within China: ``to_gcj02`` converts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EARTH_M = 6_371_008.8
# A position that may be this far off counts in favour of the person; one that is worse says nothing.
MOST_LENIENT_M, MOST_VAGUE_M = 100.0, 500.0
NO_PLACE = -1
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943  # Krasovsky 1940, as GCJ-02 takes it


class Trust(IntEnum):
    """How a punch is known to be true; codes are stored. From FLAGGED on somebody should look."""

    UNCHECKED = 0
    DEVICE = 1
    PLACE = 2
    WIFI = 3
    OUTSIDE = 11
    UNLOCATED = 12
    OTHER_PHONE = 13


FLAGGED = 10


@dataclass(frozen=True)
class Places:
    """latitude, longitude: NaN for a place known by its Wi-Fi alone. bssids: access point → index of its place."""

    latitude: Floats
    longitude: Floats
    radius_m: Floats
    bssids: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.radius_m)


@dataclass(frozen=True)
class Sightings:
    """Where phones were. latitude, longitude: NaN where unknown; accuracy_m: 68 % circle; bssid: '' for no Wi-Fi."""

    latitude: Floats
    longitude: Floats
    accuracy_m: Floats
    bssid: Sequence[str]


@dataclass(frozen=True)
class Judged:
    """For each sighting: a Trust, the index of the place (the nearest one where outside, NO_PLACE for none), and metres
    to its centre (NaN where unknown).
    """

    trust: Ints
    place: Ints
    distance_m: Floats


def judge(seen: Sightings, places: Places) -> Judged:
    """Wi-Fi first, since it says more than a position; then the circles, in favour of the person within the accuracy.

    A position that may be off by more than 500 m is none.
    """
    distance, nearest = _nearest(seen, places)
    wifi = np.array([places.bssids.get(one.lower(), NO_PLACE) for one in seen.bssid], dtype=np.int64)
    known = np.isfinite(distance) & (np.nan_to_num(seen.accuracy_m, nan=0.0) <= MOST_VAGUE_M)
    radius = places.radius_m[nearest] if len(places) else np.zeros_like(distance)
    lenient = np.minimum(np.nan_to_num(seen.accuracy_m, nan=0.0), MOST_LENIENT_M)
    inside = known & (distance - lenient <= radius)
    trust = np.where(known, int(Trust.OUTSIDE), int(Trust.UNLOCATED))
    trust = np.where(inside, int(Trust.PLACE), trust)
    trust = np.where(wifi != NO_PLACE, int(Trust.WIFI), trust).astype(np.int64)
    place = np.where(wifi != NO_PLACE, wifi, np.where(known, nearest, NO_PLACE)).astype(np.int64)
    return Judged(trust, place, np.where(known, distance, np.nan))


def distances_m(latitude: Floats, longitude: Floats, places: Places) -> Floats:
    """Metres over the ground from each point (rows) to each place (columns), by the haversine formula."""
    lat, lon = np.radians(latitude)[:, None], np.radians(longitude)[:, None]
    there_lat, there_lon = np.radians(places.latitude)[None, :], np.radians(places.longitude)[None, :]
    half = np.sin((there_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(there_lat) * np.sin((there_lon - lon) / 2) ** 2
    metres: Floats = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return metres


def to_gcj02(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """WGS-84 to GCJ-02; points outside China stay."""
    x, y = longitude - 105.0, latitude - 35.0
    phi = np.radians(latitude)
    magic = 1 - _ECCENTRICITY * np.sin(phi) ** 2
    north = _north(x, y) * 180 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * np.sqrt(magic)) * np.pi)
    east = _east(x, y) * 180 / (_AXIS / np.sqrt(magic) * np.cos(phi) * np.pi)
    china = (longitude >= 72.004) & (longitude <= 137.8347) & (latitude >= 0.8293) & (latitude <= 55.8271)
    return np.where(china, latitude + north, latitude), np.where(china, longitude + east, longitude)


def _nearest(seen: Sightings, places: Places) -> tuple[Floats, Ints]:
    """By how far the point is beyond the circle, so that a large place wins over the centre of a small one."""
    if not len(places):
        return np.full(len(seen.latitude), np.nan), np.full(len(seen.latitude), NO_PLACE, dtype=np.int64)
    metres = distances_m(seen.latitude, seen.longitude, places)
    beyond = np.where(np.isfinite(metres), metres - places.radius_m[None, :], np.inf)
    nearest = beyond.argmin(axis=1).astype(np.int64)
    return metres[np.arange(len(nearest)), nearest], nearest


def _waves(value: Floats, *terms: tuple[float, float]) -> Floats:
    total: Floats = sum((size * np.sin(value * np.pi * rate) for size, rate in terms), start=np.zeros_like(value))
    return total * 2 / 3


def _north(x: Floats, y: Floats) -> Floats:
    plain = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    found: Floats = (
        plain + _waves(x, (20, 6), (20, 2)) + _waves(y, (20, 1), (40, 1 / 3)) + _waves(y, (160, 1 / 12), (320, 1 / 30))
    )
    return found


def _east(x: Floats, y: Floats) -> Floats:
    plain = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    found: Floats = (
        plain + _waves(x, (20, 6), (20, 2)) + _waves(x, (20, 1), (40, 1 / 3)) + _waves(x, (150, 1 / 12), (300, 1 / 30))
    )
    return found
