import { numeric, type Value } from "./values.ts";

/** Whether a condition holds. */
export const truth = (value: Value): boolean => (typeof value === "boolean" ? value : value !== null && numeric(value) !== 0);
