/** What is mostly there at once. Requests that nothing holds up are answered within one turn; a webhook makes them wait. */
export type MaybePromise<T> = T | Promise<T>;

/** Goes on with `value`: now when it is there, later when it is a promise. */
export function andThen<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}

/** `step` for each item, one after the other; a promise only from the first step on that answers one. */
export function eachInOrder<T>(items: Iterable<T>, step: (item: T) => MaybePromise<unknown>): MaybePromise<void> {
  const iterator = items[Symbol.iterator]();
  const run = (): MaybePromise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const done = step(next.value);
      if (done instanceof Promise) return done.then(run);
    }
  };
  return run();
}
