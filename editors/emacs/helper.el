;;; What the suites in Emacs share: checks that print one line each, bounded waiting, the fake API.  -*- lexical-binding: t; -*-
(setq native-comp-enable-subr-trampolines nil)
(require 'json)
(require 'url)
(setq make-backup-files nil auto-save-default nil create-lockfiles nil default-directory (expand-file-name "./"))

(defvar client nil "What the lines say is tested.")
(defvar failed nil)
(defvar said nil "What the server has shown, newest first.")
(advice-add 'message :before (lambda (&optional text &rest words) (when text (push (apply #'format text words) said))))

(defun check (what good &optional found)
  (unless good (setq failed t))
  (princ (format "%s Emacs %s %s: %s%s\n" (if good "ok  " "FAIL") emacs-version client what
                 (if good "" (format "\n     found: %S\n     said: %S" found (seq-take said 5))))))

(defmacro eventually (form &optional seconds)
  "Wait until FORM is true, SECONDS at most; its value."
  `(let ((end (+ (float-time) ,(or seconds 20))) value)
     (while (and (not (setq value ,form)) (< (float-time) end))
       (accept-process-output nil 0.02))
     value))

(defun api (method path)
  (let ((url-request-method method) (url-show-status nil))
    (with-current-buffer (url-retrieve-synchronously (concat (getenv "API_URL") path) t t 5)
      (goto-char url-http-end-of-headers)
      (prog1 (json-parse-buffer :object-type 'plist) (kill-buffer)))))
(defun calls () (length (api "GET" "/_fake/requests")))
(defun last-call () (let ((all (api "GET" "/_fake/requests"))) (aref all (1- (length all)))))

(defun text () (buffer-substring-no-properties (point-min) (point-max)))
(defun to (words) (goto-char (point-min)) (search-forward words) (beginning-of-line))
(defun undo-once () (undo-boundary) (setq last-command nil) (undo) (undo-boundary))
(defun has (words) (string-search words (text)))
(defun told (words) (seq-some (lambda (line) (string-search words line)) said))
(defun text-of (file) (with-current-buffer (find-file-noselect file) (text)))

(defun explained ()
  "The document that an explanation is shown in."
  (seq-find (lambda (b) (with-current-buffer b (and (has "greets") (string-suffix-p ".md" (or buffer-file-name "")))))
            (buffer-list)))

;; Moments of the story that are the same in every client, which defines `open', `choose' and `titles'.

(defun cancel-in-mid-stream ()
  (open "stall.py")
  (let ((before (text)) (calls-before (calls)))
    (to "flux: stall")
    (choose "Flux: stall")
    (eventually (> (calls) calls-before))
    (check "cancel is in the menu while a run goes on" (choose "Flux: cancel") (titles))
    (check "cancel in mid-stream closes the model's stream" (eventually (eq t (plist-get (last-call) :disconnected))))
    (check "and leaves the buffer" (equal (text) before) (text))))

(defun refused-answer ()
  (open "refuse.py")
  (let ((before (text)))
    (to "flux: refuse")
    (choose "Flux: refuse")
    (check "a refused answer shows why" (eventually (told "declined")))
    (check "and leaves the buffer" (equal (text) before) (text))))

(defun end (shutdown)
  "Leave Emacs with what the checks say, the server ended by SHUTDOWN."
  (dolist (buffer (buffer-list)) (with-current-buffer buffer (set-buffer-modified-p nil)))
  (ignore-errors (funcall shutdown))
  (kill-emacs (if failed 1 0)))
