const PATHS = {
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  search: "M7 12A5 5 0 107 2a5 5 0 000 10zM11 11l3 3",
  up: "M3 10l5-5 5 5",
  down: "M3 6l5 5 5-5",
  menu: "M2 4h12M2 8h12M2 12h12",
  play: "M5 3l8 5-8 5z",
  pause: "M5 3v10M11 3v10",
  step: "M4 3l6 5-6 5zM12.5 3v10",
  file: "M4 1.5h5l3 3v10H4zM9 1.5v3h3",
  folder: "M1.5 3.5h4l1.5 2h7.5v8h-13z",
  pencil: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3z",
  trash: "M3 4h10M6 4V2.5h4V4M4.5 4l.7 9.5h5.6l.7-9.5",
  map: "M1.5 4l4-2 5 2 4-2v10l-4 2-5-2-4 2zM5.5 2v10M10.5 4v10",
  bell: "M4 11V7a4 4 0 018 0v4l1 1.5H3zM7 14.5h2",
  terminal: "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3",
  check: "M3 8.5l3.5 3.5L13 4.5",
  disk: "M2.5 2.5h9l2 2v9h-11zM5 2.5V6h5V2.5M4.5 13.5V9h7v4.5",
  warning: "M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.7v.3",
  chevron: "M6 4l4 4-4 4",
  offline: "M2.5 9.5a3 3 0 013-3 4 4 0 017.5 1 2.5 2.5 0 01-.5 5H5a2.8 2.8 0 01-2.5-3zM6 10l1.5 1.5L10.5 8",
  upload: "M8 11V2.5M4.5 6L8 2.5 11.5 6M2.5 10.5v3h11v-3",
  download: "M8 2.5V11M4.5 7.5L8 11l3.5-3.5M2.5 10.5v3h11v-3",
  split: "M2 3h12v10H2zM8 3v10",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  bulb: "M5.5 10.5a4.5 4.5 0 115 0v1.5h-5zM6.5 14.5h3",
  book: "M8 4C6.5 2.8 4.5 2.5 2 2.5v10c2.5 0 4.5.3 6 1.5 1.5-1.2 3.5-1.5 6-1.5v-10c-2.5 0-4.5.3-6 1.5zM8 4v10",
  back: "M9.5 3L4.5 8l5 5",
  next: "M3 8h10M9 4l4 4-4 4",
  again: "M13 8a5 5 0 11-1.5-3.5M13 2v3h-3",
  more: "M3 8a.6.6 0 101.2 0A.6.6 0 103 8zM7.4 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0zM11.8 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0z",
  dot: "M8 4.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z",
  minus: "M4 8h8",
  clock: "M8 2a6 6 0 100 12A6 6 0 008 2zM8 5v3l2 1.5",
  log: "M3 3.5h10M3 6.5h7M3 9.5h10M3 12.5h5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The helm: Timonel's mark. */
export function Helm({ className }: { className?: string }) {
  return (
    <svg className={className ?? "helm"} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <circle cx="16" cy="16" r="8.2" />
        <path d="M16 13V3.5M16 19v9.5M13 16H3.5M19 16h9.5M13.9 13.9L7.2 7.2M18.1 18.1l6.7 6.7M18.1 13.9l6.7-6.7M13.9 18.1l-6.7 6.7" />
      </g>
      <circle cx="16" cy="16" r="3.2" fill="currentColor" />
    </svg>
  );
}
