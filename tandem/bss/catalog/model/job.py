"""Catalogue content going out and coming in as files. Standard: TMF620."""

from __future__ import annotations

from typing import Literal

from tandem.kernel.tmf.types import Entity, Instant

JobStateType = Literal["Not Started", "Running", "Succeeded", "Failed"]


class ExportJob(Entity):
    completion_date: Instant | None = None
    content_type: str | None = None
    creation_date: Instant | None = None
    error_log: str | None = None
    path: str | None = None
    query: str | None = None
    status: JobStateType | None = None
    url: str | None = None


class ImportJob(Entity):
    completion_date: Instant | None = None
    content_type: str | None = None
    creation_date: Instant | None = None
    error_log: str | None = None
    path: str | None = None
    status: JobStateType | None = None
    url: str | None = None
