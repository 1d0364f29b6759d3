import { DataSource, type EntityManager } from 'typeorm';
import { withTransaction } from './with-transaction.js';

/** A data source whose transactions fail with these, one after the other, before they work. */
function failing(...errors: Error[]): { dataSource: DataSource; runs: () => number } {
  let runs = 0;
  const dataSource = new DataSource({ type: 'postgres' });
  jest.spyOn(dataSource, 'transaction').mockImplementation((work: unknown) => {
    const error = errors[runs];
    runs += 1;
    if (error !== undefined) return Promise.reject(error);
    if (!isWork(work)) throw new TypeError('no work given');
    return work(dataSource.manager);
  });
  return { dataSource, runs: () => runs };
}

function isWork(work: unknown): work is (manager: EntityManager) => Promise<unknown> {
  return typeof work === 'function';
}

const sqlError = (code: string) => Object.assign(new Error(code), { code });

describe('a transaction', () => {
  it('runs again after a deadlock or a serialization failure, also one that TypeORM wrapped', async () => {
    const wrapped = Object.assign(new Error('wrapped'), { driverError: sqlError('40001') });
    const { dataSource, runs } = failing(sqlError('40P01'), wrapped);
    await expect(withTransaction(dataSource, () => Promise.resolve(7))).resolves.toBe(7);
    expect(runs()).toBe(3);
  });

  it('fails at once with anything else, and in the end with a deadlock that does not go', async () => {
    const unique = failing(sqlError('23505'));
    await expect(withTransaction(unique.dataSource, () => Promise.resolve())).rejects.toThrow('23505');
    expect(unique.runs()).toBe(1);
    const stuck = failing(...Array.from({ length: 10 }, () => sqlError('40P01')));
    await expect(withTransaction(stuck.dataSource, () => Promise.resolve())).rejects.toThrow('40P01');
    expect(stuck.runs()).toBe(6);
  });
});
