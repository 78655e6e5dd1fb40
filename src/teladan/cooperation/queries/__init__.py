"""Every question that pages ask about cooperation."""

from teladan.cooperation.queries.reading import (
    AgreementView,
    ContributionView,
    FollowUpView,
    MeetingRow,
    MeetingView,
    OutputView,
    ProjectView,
    TrackView,
    agreement,
    agreements,
    meeting,
    meetings,
)

__all__ = [
    "AgreementView",
    "ContributionView",
    "FollowUpView",
    "MeetingRow",
    "MeetingView",
    "OutputView",
    "ProjectView",
    "TrackView",
    "agreement",
    "agreements",
    "meeting",
    "meetings",
]
