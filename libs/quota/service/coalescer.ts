import { inTime } from '#calendar';

export interface CoalescerSettings {
  /** Calls that may be under way at once. */
  readonly lanes: number;
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
    if (this.scheduled || this.busy >= this.settings.lanes) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.busy < this.settings.lanes) void this.run();
    });
  }

  private async run(): Promise<void> {
    const group = this.waiting.splice(0, this.settings.ordersMax);
    this.busy += 1;
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
      this.busy -= 1;
      this.schedule();
    }
  }
}
