import { printable } from '../render/table.js';
import type { Terminal } from '../terminal.js';

/** What became of events. */
export interface Counts {
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
}

/** Faults shown one by one; of the rest, how many. A file of nothing but faults must not fill the screen. */
const SHOWN_FAULTS = 20;

/** Adds up what became of the events of a file, and keeps the first faults with their lines. */
export class Tally {
  accepted = 0;
  duplicate = 0;
  /** Refused by the server: they wait in quarantine. */
  rejected = 0;
  /** What is no event, and was not sent. */
  unreadable = 0;
  private readonly faults: string[] = [];

  /** `placeName`: what the number of a place is called, such as line. */
  constructor(private readonly placeName: string) {}

  get sent(): number {
    return this.accepted + this.duplicate + this.rejected;
  }

  add({ accepted, duplicate, rejected }: Counts): void {
    this.accepted += accepted;
    this.duplicate += duplicate;
    this.rejected += rejected;
  }

  addUnreadable(place: number, fault: string): void {
    this.unreadable += 1;
    this.addFault(place, fault);
  }

  /** Says what is wrong at a place; counted elsewhere. */
  addFault(place: number, fault: string): void {
    if (this.faults.length < SHOWN_FAULTS) this.faults.push(`${this.placeName} ${place}: ${fault}`);
  }

  get failed(): number {
    return this.rejected + this.unreadable;
  }

  /** Names the first faults, where people look. */
  showFaults(terminal: Terminal): void {
    for (const fault of this.faults) terminal.note(printable(fault));
    const more = this.failed - this.faults.length;
    if (more > 0 && this.faults.length > 0) terminal.note(`and ${more.toLocaleString('en')} more`);
  }

  /** `8,819 accepted, 0 already known` and what went wrong, if any. */
  summary(): string {
    const parts = [`${count(this.accepted)} accepted`, `${count(this.duplicate)} already known`];
    if (this.rejected > 0) parts.push(`${count(this.rejected)} rejected (see apportion quarantine list)`);
    if (this.unreadable > 0) parts.push(`${count(this.unreadable)} not readable`);
    return parts.join(', ');
  }
}

function count(number: number): string {
  return number.toLocaleString('en');
}
