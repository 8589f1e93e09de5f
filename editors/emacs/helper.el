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

;; Agents, findings and a pipeline, by comment; `problems' are the messages of the buffer's diagnostics.

(defun reviewed-by-an-agent ()
  (open "look.py")
  (let ((before (text)))
    (to "flux: @code-reviewer")
    (check "an agent by directive is in the menu" (choose "Flux: @code-reviewer look") (titles))
    (check "its findings are diagnostics" (eventually (= 2 (length (problems)))) (problems))
    (check "and edit nothing" (equal before (text)) (text))
    (to "hello")
    (check "a finding with a fix offers it" (choose "Flux: fix “shout at once”") (titles))
    (check "which edits, and the finding is gone"
           (and (eventually (has "𝒜 HELLO")) (eventually (= 1 (length (problems))))) (problems))
    (to "def greet")
    (check "another one is dismissed"
           (and (choose "Flux: dismiss “Too quiet: def greet") (eventually (null (problems)))) (problems))
    (undo-once)
    (check "one undo takes the fix back" (equal before (text)) (text))))

(defun edited-by-an-agent ()
  (open "agent.py")
  (let ((before (text)))
    (to "flux: @python-pro")
    (choose "Flux: @python-pro shout")
    (check "an agent that edits does so" (and (eventually (has "𝒜 HELLO")) (not (has "flux:"))) (text))
    (undo-once)
    (check "and one undo takes it back" (equal before (text)) (text))))

(defun mended-by-a-pipeline ()
  (open "mend.py")
  (let ((before (text)) (calls-before (calls)))
    (to "flux: @troubleshoot")
    (check "a pipeline by directive is in the menu" (choose "Flux: @troubleshoot-fix-test mend") (titles))
    (check "its change of two files waits for a yes" (eventually (told "open the code actions")))
    (check "after a call for each step" (= (+ 3 calls-before) (calls)) (calls))
    (check "and nothing is changed yet" (and (equal before (text)) (not (file-exists-p "tests/test_mend.py"))))
    (choose "Flux: accept all")
    (check "a yes makes it in both"
           (and (eventually (has "𝒜 HELLO")) (not (has "flux:"))
                (eventually (string-search "from mend" (if (get-file-buffer "tests/test_mend.py") (text-of "tests/test_mend.py") ""))))
           (text))
    (set-buffer (get-file-buffer "mend.py"))
    (undo-once)
    (check "one undo takes all steps back" (equal before (text)) (text))))

(defun agents ()
  (reviewed-by-an-agent)
  (edited-by-an-agent)
  (mended-by-a-pipeline))

(defun end (shutdown)
  "Leave Emacs with what the checks say, the server ended by SHUTDOWN."
  (dolist (buffer (buffer-list)) (with-current-buffer buffer (set-buffer-modified-p nil)))
  (ignore-errors (funcall shutdown))
  (kill-emacs (if failed 1 0)))
