// The camera, in a panel of the page: no dialog but the browser's own question for leave.
export function camera(root, taken, failed) {
  const panel = root.querySelector("[data-live]");
  const button = root.querySelector("[data-camera]");
  if (!panel || !button) return;
  if (!navigator.mediaDevices?.getUserMedia) {
    button.hidden = true;
    return;
  }
  const video = panel.querySelector("video");
  const take = panel.querySelector("[data-take]");
  let stream = null;
  let asking = false;
  let count = 0;

  // A camera gives its size before its first picture: drawn then, a page would be empty.
  const hasPicture = () => video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    take.removeAttribute("aria-busy");
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }
  async function open() {
    if (stream) return close();
    if (asking) return;
    asking = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1920 } },
      });
    } catch {
      return failed();
    } finally {
      asking = false;
    }
    video.srcObject = stream;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    take.focus();
    await video.play().catch(() => {}); // closed before it began
  }
  button.addEventListener("click", open);
  panel.querySelector("[data-close]").addEventListener("click", close);
  take.addEventListener("click", async () => {
    const from = stream;
    if (!from || take.hasAttribute("aria-busy")) return;
    take.setAttribute("aria-busy", "true");
    while (stream === from && !hasPicture()) await new Promise((done) => setTimeout(done, 50));
    if (stream !== from) return; // closed meanwhile
    take.removeAttribute("aria-busy");
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    count += 1;
    canvas.toBlob((blob) => (blob ? taken(new File([blob], `camera-${count}.jpg`, { type: "image/jpeg" })) : failed()), "image/jpeg", 0.88);
  });
}
