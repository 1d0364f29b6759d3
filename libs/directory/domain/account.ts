/** A billing account: who pays. */
export interface Account {
  readonly accountId: number;
  readonly name: string;
  /** IANA zone of the billing periods. */
  readonly timeZone: string;
  /** ISO 4217; every amount of the account is in it. */
  readonly currency: string;
  /** The team that bears what no other team does: idle capacity, overhead. */
  readonly platformTeam: string;
}
