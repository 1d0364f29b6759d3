import { hash } from 'node:crypto';
import type { EventExtras } from './event-extras.js';
import type { EventSubject, UsageEvent } from './usage-event.js';

/** Separates the parts of what is hashed: no text of an event may hold it. */
const NUL = '\0';
const HEX_DIGITS = 32;

/** What an event is known by, whatever else it says. */
export function identityOf(source: string, id: string): string {
  return hash('sha256', source + NUL + id, 'hex').slice(0, HEX_DIGITS);
}

/** The canonical text of a subject. A field that is not there is empty, which no field that is there can be. */
export function subjectKeyOf(subject: EventSubject): string {
  const { team, project, apiKey, user, provider, model, pool, region, tier, status } = subject;
  return (
    `${team}\0${project ?? ''}\0${apiKey ?? ''}\0${user ?? ''}\0${provider ?? ''}\0` +
    `${model}\0${pool ?? ''}\0${region ?? ''}\0${tier}\0${status}`
  );
}

type Content = Pick<
  UsageEvent,
  'subjectKey' | 'tokens' | 'inferenceMicros' | 'prefillMicros' | 'decodeMicros' | 'tags' | 'extras' | 'reservationId'
>;

/** All that an event says except its time: a sender that stamps the time of sending may send again. */
export function contentOf(event: Content): string {
  const { subjectKey, tokens, inferenceMicros, prefillMicros, decodeMicros, tags, extras, reservationId } = event;
  const measures = `${tokens.join()}\0${inferenceMicros ?? ''}\0${prefillMicros ?? ''}\0${decodeMicros ?? ''}`;
  const rest =
    (tags ? tagText(tags) : '') + (extras ? extrasText(extras) : '') + (reservationId ? NUL + NUL + reservationId : '');
  return hash('sha256', `${subjectKey}\0${measures}${rest}`, 'hex').slice(0, HEX_DIGITS);
}

/** After two separators, which no tag can begin with: its key is not empty. */
function extrasText({ parts, units }: EventExtras): string {
  return NUL + NUL + JSON.stringify([parts, units]);
}

function tagText(tags: Readonly<Record<string, string>>): string {
  let text = '';
  // Sorted when they were read, except that JavaScript puts keys that are whole numbers first, always in one order.
  for (const key of Object.keys(tags)) text += NUL + key + NUL + (tags[key] ?? '');
  return text;
}
