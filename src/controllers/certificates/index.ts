export { createCsrApproving, createCsrCleaner, createCsrSigning } from "./reconcile.ts";
