;;; The story in a real Emacs in batch, with the set-up of docs/editors/emacs.md and no package.  -*- lexical-binding: t; -*-
;; usage: emacs --batch -Q -l SNIPPET -l story.el, in a fresh workspace; see test.sh
(setq native-comp-enable-subr-trampolines nil)
(require 'eglot)
(require 'json)
(require 'url)
(setq eglot-sync-connect 30 eglot-confirm-server-edits nil eglot-events-buffer-config '(:size 0 :format short)
      eglot-report-progress nil eglot-stay-out-of '(flymake) make-backup-files nil auto-save-default nil create-lockfiles nil
      project-find-functions (list (lambda (_) (cons 'transient default-directory)))
      default-directory (expand-file-name "./"))

(defvar failed nil)
(defvar said nil "What the server has shown, newest first.")
(advice-add 'message :before (lambda (&optional text &rest words) (when text (push (apply #'format text words) said))))

(defun check (what good &optional found)
  (unless good (setq failed t))
  (princ (format "%s Emacs %s eglot: %s%s\n" (if good "ok  " "FAIL") emacs-version what
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

(defun open (file)
  "FILE in a buffer that Eglot manages, with undo."
  (find-file file)
  (buffer-enable-undo)
  (unless (derived-mode-p 'python-mode) (python-mode))
  (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
  (eventually (eglot-current-server))
  (eglot--maybe-activate-editing-mode)
  (goto-char (point-min)))
(defun text () (buffer-substring-no-properties (point-min) (point-max)))
(defun to (words) (goto-char (point-min)) (search-forward words) (beginning-of-line))
(defun undo-once () (undo-boundary) (setq last-command nil) (undo) (undo-boundary))
(defun has (words) (string-search words (text)))
(defun told (words) (seq-some (lambda (line) (string-search words line)) said))
(defun titles () (mapcar (lambda (a) (plist-get a :title)) (eglot-code-actions (point) (point))))
(defun choose (words)
  "Execute the code action at point whose title has WORDS, once it is offered."
  (let ((found (eventually (seq-find (lambda (a) (string-search words (plist-get a :title)))
                                     (eglot-code-actions (point) (point))))))
    (undo-boundary)
    (when found (eglot-execute (eglot-current-server) found))
    found))

(defun story ()
  (let (before calls-before)
    (open "app.py")
    (check "connects" (eglot-current-server))
    (check "positions are in utf-32"
           (equal "utf-32" (plist-get (eglot--capabilities (eglot-current-server)) :positionEncoding)))
    (setq before (text))
    (to "def greet")
    (check "the menu has edit, explain, document and tests"
           (eventually (seq-every-p (lambda (w) (seq-some (lambda (title) (string-search w title)) (titles)))
                                    '("Flux: edit" "Flux: explain" "Flux: document" "Flux: write tests")))
           (titles))

    (undo-boundary)
    (flux-edit "shout")
    (check "flux-edit edits, behind non-BMP text" (eventually (has "𝒜 HELLO")) (text))
    (check "and nothing else" (equal (text) (string-replace "hello" "HELLO" before)) (text))
    (undo-once)
    (check "one undo restores the bytes" (equal (text) before) (text))

    (setq-local flymake-diagnostic-functions
                (list (lambda (report &rest _)
                        (save-excursion
                          (to "prcies") (search-forward "prcies")
                          (funcall report (list (flymake-make-diagnostic
                                                 (current-buffer) (match-beginning 0) (match-end 0)
                                                 :error "undefined name `prcies`")))))))
    (flymake-mode 1) (flymake-start)
    (to "prcies")
    (eventually (flymake-diagnostics))
    (undo-boundary)
    (flux-fix)
    (check "flux-fix fixes what Flymake reports" (eventually (has "in prices:")) (text))
    (flymake-mode -1)
    (undo-once)

    (to "def greet")
    (choose "Flux: document")
    (check "documents" (eventually (has "\"\"\"Greet a person.\"\"\"")) (text))
    (undo-once)

    (choose "Flux: explain")
    (check "explain is shown in a document"
           (eventually (seq-find (lambda (b) (with-current-buffer b (and (has "greets") (string-suffix-p ".md" (or buffer-file-name "")))))
                                 (buffer-list))))
    (set-buffer (get-file-buffer "app.py"))
    (check "and edits nothing" (equal (text) before))

    (choose "Flux: write tests")
    (check "makes a test file" (eventually (file-exists-p "tests/test_app.py")))
    (check "and shows it" (eventually (get-file-buffer "tests/test_app.py")))

    (open "shout.py")
    (setq before (text))
    (to "flux: shout")
    (check "a comment directive is in the menu" (choose "Flux: shout") (titles))
    (check "it edits and goes away" (and (eventually (has "HELLO")) (not (has "flux:"))) (text))
    (undo-once)
    (check "one undo brings it back" (equal (text) before) (text))

    (open "stall.py")
    (setq before (text) calls-before (calls))
    (to "flux: stall")
    (choose "Flux: stall")
    (eventually (> (calls) calls-before))
    (check "cancel is in the menu while a run goes on" (choose "Flux: cancel") (titles))
    (check "cancel in mid-stream closes the model's stream" (eventually (eq t (plist-get (last-call) :disconnected))))
    (check "and leaves the buffer" (equal (text) before) (text))

    (open "hold.py")
    (setq calls-before (calls))
    (to "flux: hold")
    (choose "Flux: hold")
    (eventually (> (calls) calls-before))
    (goto-char (point-min)) (insert "# typed above\n")
    (goto-char (point-max)) (insert "# typed below\n")
    (eglot--signal-textDocument/didChange)
    (api "POST" "/_fake/release/hold")
    (check "what is typed meanwhile is kept"
           (and (eventually (has "HELLO")) (has "# typed above") (has "# typed below")) (text))

    (open "refuse.py")
    (setq before (text))
    (to "flux: refuse")
    (choose "Flux: refuse")
    (check "a refused answer shows why" (eventually (told "declined")))
    (check "and leaves the buffer" (equal (text) before) (text))))

(defun no-key ()
  (open "app.py")
  (check "without a key it says what to do" (eventually (told "ANTHROPIC_API_KEY")))
  (let ((before (text)))
    (setq said nil)
    (to "def greet")
    (flux-explain)
    (check "and so does a run" (eventually (told "ANTHROPIC_API_KEY")))
    (check "and the buffer stays" (equal before (text)))))

(defun idle ()
  "Nothing is going on in the server any more."
  (equal [] (plist-get (eglot-execute (eglot-current-server) '(:command "flux.status" :arguments [])) :running)))

(if (equal (getenv "STORY") "no key") (no-key) (story))
(check "every run has ended" (eventually (idle)))
(dolist (buffer (buffer-list)) (with-current-buffer buffer (set-buffer-modified-p nil)))
(ignore-errors (eglot-shutdown-all))
(kill-emacs (if failed 1 0))
