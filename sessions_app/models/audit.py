"""The record: who did what, on what, when, from where, and how it went."""

import ipaddress

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone


def recordable_address(text: str) -> str | None:
    """An IP address, else None: a proxy before us may name anything."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


class AuditEvent(models.Model):
    """Append-only. Never holds a key, a token, a connect URL or a live-view URL."""

    class Action(models.TextChoices):
        SESSION_CREATED = "session.created"
        END_ASKED = "session.end_asked"
        END_TRIED = "session.end_tried"
        ENDED = "session.ended"
        ENDS_ASKED = "sessions.ends_asked"
        ENDS_STOPPED = "sessions.ends_stopped"
        CONTROL_TAKEN = "session.control_taken"
        SECRETS_SHOWN = "session.secrets_shown"
        MP4S_ASKED = "session.mp4s_asked"
        FILE_UPLOADED = "session.file_uploaded"
        ACCOUNT_ADDED = "account.added"
        TOKEN_CREATED = "token.created"  # noqa: S105
        TOKEN_REVOKED = "token.revoked"  # noqa: S105
        CONTEXT_CREATED = "context.created"
        CONTEXT_DELETED = "context.deleted"
        EXTENSION_UPLOADED = "extension.uploaded"
        EXTENSION_DELETED = "extension.deleted"
        REMOVED_BY_AGE = "rows.removed"

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    actor_name = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=40, choices=Action)
    session_id = models.TextField(blank=True)
    belonging_id = models.TextField(blank=True)  # the context or extension it is about
    project_id = models.TextField(blank=True)
    succeeded = models.BooleanField(default=True)
    detail = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            BrinIndex(fields=["at"], name="audit_age"),
            models.Index(fields=["session_id", "at"], name="audit_of_session"),
            models.Index(
                fields=["belonging_id", "at"], condition=~models.Q(belonging_id=""), name="audit_of_belonging"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.session_id}"
