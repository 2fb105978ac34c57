// Forbids this page the pictures, frames and forms of other servers, whatever should get into it one day.

const POLICY = [
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "frame-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
].join("; ");
const HEADER = "Content-Security-Policy";

export default function () {
  if (document.head.querySelector(`meta[http-equiv="${HEADER}"]`)) return;
  const meta = document.createElement("meta");
  meta.httpEquiv = HEADER;
  meta.content = POLICY;
  document.head.append(meta);
}
