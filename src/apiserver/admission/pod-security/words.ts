import type { Container, EphemeralContainer, PodSpec } from "../../../api/index.ts";

export type AnyContainer = Container | EphemeralContainer;

/** In the order in which upstream visits them. */
export const containersOf = (spec: PodSpec): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

/** Names of the containers that are as they should not be. */
export const namesOf = (spec: PodSpec, isBad: (container: AnyContainer) => boolean): readonly string[] =>
  containersOf(spec)
    .filter(isBad)
    .map((c) => c.name);

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
export const plural = (noun: string, count: number): string => (count === 1 ? noun : `${noun}s`);
/** `containers "a", "b"`. */
export const named = (noun: string, names: readonly string[]): string => `${plural(noun, names.length)} ${quoted(names)}`;
/** `pod and container "a"`: who says what may not be said; empty when nobody does. */
export const setters = (pod: boolean, containers: readonly string[]): string =>
  [...(pod ? ["pod"] : []), ...(containers.length > 0 ? [named("container", containers)] : [])].join(" and ");
export const sorted = (values: Iterable<string>): readonly string[] => [...new Set(values)].sort();
