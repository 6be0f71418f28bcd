// Uploads by tus, two at a time. A cut line waits and goes on from where it stopped; what the
// server refuses is told in the server's own words.
import { Upload } from "tus-js-client";
import { csrf } from "../csrf.js";

const atOnce = 2;
const chunk = 256 * 1024; // what the server takes in one go
const delays = [0, 1000, 3000, 5000];

function wordsOf(error) {
  const body = error.originalResponse?.getBody?.() ?? "";
  try {
    const problem = JSON.parse(body);
    return problem.detail ?? problem.title ?? "";
  } catch {
    return body.length < 300 && !body.startsWith("<") ? body.trim() : "";
  }
}

export class Queue {
  constructor(endpoint, changed) {
    this.endpoint = endpoint;
    this.changed = changed;
    this.waiting = [];
    this.running = new Set();
    for (const event of ["online", "line-back"]) {
      (event === "online" ? window : document).addEventListener(event, () => this.retryAll());
    }
    this.stopped = new Set();
  }

  add(page) {
    page.state = "queued";
    page.sent = 0;
    this.stopped.delete(page);
    this.waiting.push(page);
    this.next();
  }

  next() {
    while (this.running.size < atOnce && this.waiting.length) this.begin(this.waiting.shift());
  }

  begin(page) {
    this.running.add(page);
    page.state = "sending";
    const finish = (state, words = "") => {
      this.running.delete(page);
      page.state = state;
      page.words = words;
      if (state === "waiting") this.stopped.add(page);
      this.changed(page);
      this.next();
    };
    page.task = new Upload(page.file, {
      endpoint: this.endpoint,
      chunkSize: chunk,
      retryDelays: delays,
      uploadDataDuringCreation: true,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": csrf() },
      metadata: { filename: page.name, filetype: page.type },
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        return status === 0 || status === 409 || status === 423 || status >= 500;
      },
      onProgress: (sent, total) => {
        page.sent = total ? sent / total : 1;
        this.changed(page, true);
      },
      onError: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        if (status === 0 || status >= 500) document.dispatchEvent(new CustomEvent("line-failed"));
        const ended = status === 401 || (status === 403 && /web\.stale-page/.test(error.originalResponse?.getBody?.() ?? ""));
        if (ended) document.dispatchEvent(new CustomEvent("session-over"));
        finish(status === 0 || status >= 500 || ended ? "waiting" : "failed", wordsOf(error));
      },
      onSuccess: ({ lastResponse } = {}) => {
        page.upload = page.task.url.replace(/\/+$/, "").split("/").pop();
        page.digest = lastResponse?.getHeader?.("Upload-Digest") ?? "";
        page.sent = 1;
        finish("done");
      },
    });
    page.task
      .findPreviousUploads()
      .then((earlier) => {
        if (earlier.length) page.task.resumeFromPreviousUpload(earlier[0]);
        page.task.start();
      })
      .catch(() => page.task.start());
    this.changed(page);
  }

  retry(page) {
    this.add(page);
    this.changed(page);
  }

  retryAll() {
    for (const page of [...this.stopped]) this.retry(page);
  }

  drop(page) {
    this.waiting = this.waiting.filter((one) => one !== page);
    this.stopped.delete(page);
    if (this.running.delete(page)) page.task?.abort();
    this.next();
  }
}
