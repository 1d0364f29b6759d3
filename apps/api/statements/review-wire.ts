import { formatInstant } from '#calendar';
import type { AcknowledgementWire, DisputeWire } from '#contract';
import { formatMinor, formatPicos } from '#money';
import type { Acknowledgement, Dispute, LineReview } from '#statement';

export function disputeToApi({ disputeId, comment, answer, ...review }: Dispute): DisputeWire {
  return {
    disputeId,
    ...reviewToApi(review),
    state: answer ? 'answered' : 'open',
    comment,
    openedAt: formatInstant(review.at),
    openedBy: review.by,
    answer: answer && {
      comment: answer.comment,
      resolution: answer.resolution,
      answeredAt: formatInstant(answer.at),
      answeredBy: answer.by,
    },
  };
}

export function acknowledgementToApi({ comment, ...review }: Acknowledgement): AcknowledgementWire {
  const { at, by } = review;
  return { ...reviewToApi(review), comment, acknowledgedAt: formatInstant(at), acknowledgedBy: by };
}

function reviewToApi({ lineId, period, team, shown }: LineReview) {
  const { closeNumber, currency, effective, billed } = shown;
  return {
    ...{ lineId, period, team },
    shown: {
      ...{ closeNumber, currency },
      effective: effective === null ? null : formatPicos(effective),
      billed: billed === null ? null : formatMinor(billed, currency),
    },
  };
}
