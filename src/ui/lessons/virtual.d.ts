/** Made of lessons/ when the app is built: scripts/lessons-plugin.mjs. */
declare module "virtual:lessons" {
  export interface LessonSummary {
    readonly id: string;
    readonly version: number;
    readonly minutes: number;
    readonly level: "beginner" | "intermediate" | "advanced";
    readonly requires: readonly string[];
    readonly tags: readonly string[];
    readonly steps: number;
    /** By locale. */
    readonly words: Readonly<Record<string, { readonly title: string; readonly summary: string }>>;
  }
  export const tracks: readonly { readonly id: string; readonly lessons: readonly string[] }[];
  export const lessons: readonly LessonSummary[];
  /** A lesson's files by path, base64. */
  export const loaders: Readonly<Record<string, () => Promise<{ readonly default: Readonly<Record<string, string>> }>>>;
}
