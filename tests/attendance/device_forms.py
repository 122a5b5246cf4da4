"""What devices really send, as recorded: names, keys and spacing are theirs."""

from __future__ import annotations

from datetime import datetime

FIRMWARE = "Ver 8.0.4.3-20200730"
OPTIONS = (
    "~DeviceName=F18/ID,~SerialNumber=TEST0001,FirmVer=Ver 6.60 Apr 28 2017,~ZKFPVersion=10,IPAddress=192.168.1.201,"
    "PushVersion=Ver 2.0.33S-20190311,DeviceType=att,~MaxUserCount=30,~MaxAttLogCount=10,FingerFunOn=1,FaceFunOn=0"
)
OPERLOG = [
    "OPLOG 4\t0\t2026-04-01 07:59:12\t0\t0\t0\t0",
    "USER PIN=1001\tName=Zhang San\tPri=0\tPasswd=\tCard=\tGrp=1\tTZ=0000000100000000\tVerify=0\tViceCard=",
    "USER PIN=7777\tName=\tPri=14\tPasswd=1234\tCard=0012345678\tGrp=1\tTZ=0000000100000000\tVerify=0\tViceCard=",
    "FP PIN=1001\tFID=0\tSize=1636\tValid=1\tTMP=SltTUzIxAAAE5ucECAUHCc7QAAAc",
    "USERPIC PIN=1001\tFileName=1001.jpg\tSize=4\tContent=/9j/",
]


def attlog(pin: str, time: datetime, status: int = 0, verify: int = 1) -> str:
    """PUSH 2.x: number, wall clock, in or out, how verified, work code, two reserved."""
    return f"{pin}\t{time:%Y-%m-%d %H:%M:%S}\t{status}\t{verify}\t0\t0\t0"


def attlog_face(pin: str, time: datetime) -> str:
    """SpeedFace firmware adds mask and temperature."""
    return f"{attlog(pin, time, 255, 15)}\t0\t36.5\t0"
