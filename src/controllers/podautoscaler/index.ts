export { createHorizontalPodAutoscaling } from "./reconcile.ts";
