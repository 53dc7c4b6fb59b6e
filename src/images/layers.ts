import type { ImageRow } from "../runtime/index.ts";

/** Layers that many images stand on: a machine fetches them once. */
type Base = NonNullable<ImageRow["base"]>;
export const ALPINE: Base = { name: "alpine:3", size: 3_800_000 };
export const BOOKWORM: Base = { name: "debian:bookworm-slim", size: 28_200_000 };
export const TRIXIE: Base = { name: "debian:trixie-slim", size: 29_800_000 };
