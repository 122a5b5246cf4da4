from recruiting.models.applications import Application
from recruiting.models.candidates import Candidate
from recruiting.models.cards import EvidenceCard
from recruiting.models.offers import Offer
from recruiting.models.profiles import JobProfile

__all__ = ["Application", "Candidate", "EvidenceCard", "JobProfile", "Offer"]
