import type { Clock } from "../sim/index.ts";

/** After this long what was expected is no longer believed (k8s: ExpectationsTimeout). */
const TIMEOUT_MS = 5 * 60_000;

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly at: number;
}

/**
 * What a controller did that its caches do not show yet: until every creation and deletion was observed (or five
 * minutes have passed) it must not act again on that key (k8s: UIDTrackingControllerExpectations).
 */
export interface Expectations {
  /** Both at once, for who replaces pods. */
  expect(key: string, creations: number, podUids: readonly string[]): void;
  expectCreations(key: string, count: number): void;
  expectDeletions(key: string, podUids: readonly string[]): void;
  creationObserved(key: string): void;
  /** Also when the request failed: the pod will not show up as deleted because of us. */
  deletionObserved(key: string, podUid: string): void;
  satisfied(key: string): boolean;
  forget(key: string): void;
}

export function createExpectations(clock: Clock): Expectations {
  const expected = new Map<string, Expected>();
  const settled = (e: Expected): boolean => e.creations <= 0 && e.deletions.size === 0;
  const expect = (key: string, creations: number, uids: readonly string[]): void =>
    void expected.set(key, { creations, deletions: new Set(uids), at: clock.now() });
  return {
    expect,
    expectCreations: (key, creations) => expect(key, creations, []),
    expectDeletions: (key, uids) => expect(key, 0, uids),
    creationObserved(key) {
      const e = expected.get(key);
      if (!e) return;
      e.creations--;
      if (settled(e)) expected.delete(key);
    },
    deletionObserved(key, uid) {
      const e = expected.get(key);
      if (!e) return;
      e.deletions.delete(uid);
      if (settled(e)) expected.delete(key);
    },
    satisfied(key) {
      const e = expected.get(key);
      return e === undefined || settled(e) || clock.now() - e.at > TIMEOUT_MS;
    },
    forget: (key) => void expected.delete(key),
  };
}
