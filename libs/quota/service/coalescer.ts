import { inTime } from '#calendar';

export interface CoalescerSettings {
  /** Calls that may be under way at once. */
  readonly lanes: number;
  /**
   * Another call begins beside one under way when that takes longer, or as many wait as one call holds. Two that ask for the same counts
   * wait for each other, and what waits a moment goes with more others.
   */
  readonly lateMs: number;
  /** Orders of one call. */
  readonly ordersMax: number;
  /** A call that takes longer fails so, and another may begin; what becomes of it nobody hears. Absent: it may take for ever. */
  readonly timeLimit?: { readonly ms: number; readonly tooLate: () => Error };
}

interface Waiting<Order, Answer> {
  readonly order: Order;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers orders while calls are under way and sends them together: one alone is not kept waiting, a thousand at once cost a
 * handful of calls. Answers come in the order of the orders; a call that fails fails all of its orders.
 */
export class Coalescer<Order, Answer> {
  private readonly waiting: Waiting<Order, Answer>[] = [];
  private busy = 0;
  /** Of the calls under way those that are not late. */
  private young = 0;
  private scheduled = false;

  constructor(
    private readonly call: (orders: readonly Order[]) => Promise<readonly Answer[]>,
    private readonly settings: CoalescerSettings,
  ) {}

  ask(order: Order): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ order, resolve, reject });
      this.schedule();
    });
  }

  /** What has come in with the same turn of the event loop goes together. */
  private schedule(): void {
    if (this.scheduled || !this.mayBegin()) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.mayBegin()) void this.run();
    });
  }

  private mayBegin(): boolean {
    const { lanes, ordersMax } = this.settings;
    if (this.waiting.length === 0 || this.busy >= lanes) return false;
    return this.young === 0 || this.waiting.length >= ordersMax;
  }

  private async run(): Promise<void> {
    const group = this.waiting.splice(0, this.settings.ordersMax);
    this.busy += 1;
    this.young += 1;
    let isYoung = true;
    const grow = () => {
      if (isYoung) this.young -= 1;
      isYoung = false;
      this.schedule();
    };
    const patience = setTimeout(grow, this.settings.lateMs);
    try {
      const call = this.call(group.map(({ order }) => order));
      const { timeLimit } = this.settings;
      const answers = await (timeLimit ? inTime(call, timeLimit.ms, timeLimit.tooLate) : call);
      group.forEach(({ resolve, reject }, i) => {
        const answer = answers[i];
        if (answer === undefined && i >= answers.length) reject(new Error('an order was not answered'));
        else resolve(answer as Answer);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      clearTimeout(patience);
      this.busy -= 1;
      grow();
    }
  }
}
