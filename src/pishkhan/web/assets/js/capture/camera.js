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
  let stream = null;
  let count = 0;

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }
  async function open() {
    if (stream) return close();
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1920 } },
      });
    } catch {
      return failed();
    }
    video.srcObject = stream;
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    await video.play();
    panel.querySelector("[data-take]").focus();
  }
  button.addEventListener("click", open);
  panel.querySelector("[data-close]").addEventListener("click", close);
  panel.querySelector("[data-take]").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    count += 1;
    canvas.toBlob((blob) => taken(new File([blob], `camera-${count}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.88);
  });
}
