;;; The story in a real Emacs in batch, with the set-up of docs/editors/emacs.md and no package.  -*- lexical-binding: t; -*-
;; usage: emacs --batch -Q -l helper.el -l SNIPPET -l story.el, in a fresh workspace; see test.sh
(require 'eglot)
(setq client "eglot")
(setq eglot-sync-connect 30 eglot-confirm-server-edits nil eglot-events-buffer-config '(:size 0 :format short)
      eglot-report-progress nil eglot-stay-out-of (unless (equal (getenv "STORY") "agents") '(flymake))
      project-find-functions (list (lambda (_) (cons 'transient default-directory))))

(defun open (file)
  "FILE in a buffer that Eglot manages, with undo."
  (find-file file)
  (buffer-enable-undo)
  (unless (derived-mode-p 'python-mode) (python-mode))
  (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
  (eventually (eglot-current-server))
  (eglot--maybe-activate-editing-mode)
  (goto-char (point-min)))
(defun titles () (mapcar (lambda (a) (plist-get a :title)) (eglot-code-actions (point) (point))))
(defun choose (words)
  "Execute the code action at point whose title has WORDS, once it is offered."
  (let ((found (eventually (seq-find (lambda (a) (string-search words (plist-get a :title)))
                                     (eglot-code-actions (point) (point))))))
    (undo-boundary)
    (when found (eglot-execute (eglot-current-server) found))
    found))

(defun problems ()
  (eglot--signal-textDocument/didChange) ; its own timer waits for a person to be idle
  (flymake-start)
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

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

    (check "ours are listed last, none of them preferred"
           (seq-every-p (lambda (a) (and (string-prefix-p "Flux:" (plist-get a :title)) (not (plist-get a :isPreferred))))
                        (eglot-code-actions (point) (point)))
           (titles))
    (search-forward "party +")
    (backward-char 5)
    (check "a word at point, as Eglot sends it, means the function around it"
           (let ((bounds (eglot--code-action-bounds)))
             (and (equal "party" (apply #'buffer-substring-no-properties bounds))
                  (seq-find (lambda (a) (equal "Flux: explain `greet`" (plist-get a :title)))
                            (apply #'eglot-code-actions bounds))))
           (eglot--code-action-bounds))
    (to "def greet")

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
           (eventually (explained)))
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

    (cancel-in-mid-stream)


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

    (refused-answer)))

(defun would-be-sent ()
  "What an edit at point would send; the first time begins the index of the project."
  (let* ((place (eglot--pos-to-lsp-position))
         (argument `(:action "edit" :instruction "spread" :uri ,(plist-get (eglot--TextDocumentIdentifier) :uri)
                             :range (:start ,place :end ,place))))
    (plist-get (eglot-execute (eglot-current-server) `(:command "flux.preview" :arguments [,argument])) :sent)))

(defun several-files ()
  "A signature changes, and its callers in a file that is not open follow."
  (let ((asked (progn (open "spread.py") (text))) (other (text-of "callers.py")))
    (kill-buffer "callers.py")
    (to "flux: spread")
    (check "the callers are in what would be sent"
           (eventually (string-search "callers.py" (format "%S" (would-be-sent)))))
    (choose "Flux: spread")
    (check "a change of several files waits, and says where" (eventually (told "open the code actions")))
    (check "nothing has changed" (and (equal asked (text)) (equal other (text-of "callers.py"))))
    (choose "Flux: show all 4")
    (check "it is shown as a diff"
           (eventually (seq-find (lambda (b) (with-current-buffer b (and (has "+    return \"🌙\" + greet(\"Eve\", ") (has "-# flux: spread"))))
                                 (buffer-list))))
    (set-buffer (get-file-buffer "spread.py"))
    (check "one change of the other file is accepted"
           (and (choose "Flux: accept change 3 of 4 in callers.py")
                (eventually (string-search "Ada\", " (text-of "callers.py")))
                (not (string-search "Eve\", " (text-of "callers.py")))
                (equal asked (text)))
           (titles))
    (check "the rest of both files follows"
           (and (choose "Flux: accept all 3")
                (eventually (and (has "+ end") (string-search "Eve\", " (text-of "callers.py"))))
                (not (has "flux:")))
           (titles))
    (undo-once)
    (check "one undo restores the bytes" (equal asked (text)) (text))
    (to "flux: spread")
    (choose "Flux: spread")
    (check "a rejected change is gone from the menu"
           (and (choose "Flux: reject all")
                (eventually (not (seq-some (lambda (title) (string-search "accept" title)) (titles))))
                (equal asked (text)))
           (titles))))

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

(pcase (getenv "STORY")
  ("no key" (no-key))
  ("several files" (several-files))
  ("agents" (agents))
  (_ (story)))
(check "every run has ended" (eventually (idle)))
(end #'eglot-shutdown-all)
