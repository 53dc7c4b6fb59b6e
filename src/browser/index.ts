export { exportProgress, importProgress, type LessonProgress, ProgressFileError, readProgress } from "./progress.ts";
