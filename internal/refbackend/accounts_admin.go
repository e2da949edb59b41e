package refbackend

import (
	"net/http"
	"strconv"
	"strings"
)

// accountView is an account as the admin endpoints show it.
type accountView struct {
	Account  int               `json:"account"` // its number
	ID       string            `json:"id"`
	APIKey   string            `json:"api_key,omitempty"` // of the Owner, where it is known
	Projects map[string]string `json:"projects"`          // ids by name
}

func showAccount(account NumberedAccount) accountView {
	seeded := account.Account()
	return accountView{account.Number, seeded.ID, seeded.OwnerKey, seeded.Projects}
}

const accountsPath = adminPath + "/accounts"

// accountsRoutes are the admin endpoints that only several accounts have. Their handlers are in Admin.
func accountsRoutes() []adminRoute {
	return []adminRoute{
		{Method: http.MethodGet, Path: accountsPath, Does: "lists the accounts, with the API key and the projects that each began with"},
		{Method: http.MethodPost, Path: accountsPath, Does: "makes another account, and returns its number, API key and projects"},
		{Method: http.MethodDelete, Path: accountsPath + "/{account}", Does: "deletes an account, other than the first"},
		{
			Method: "*", Path: accountsPath + "/{account}/...",
			Does: "any endpoint of this list, for that account: POST " + accountsPath + "/2/reset; without accounts/{account}, it is for the first",
		},
	}
}

// Admin returns the handler of the admin endpoints of all accounts; see [Server.Admin].
func (a *Accounts) Admin() http.Handler {
	mux := http.NewServeMux()
	serve := func(pattern string, handle func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body, err := handle(r)
			newReply(&call{}, body, err).send(w)
		})
	}
	serve("GET "+adminPath+"/{$}", func(*http.Request) (any, error) {
		return map[string]any{"endpoints": append(adminRoutes(), accountsRoutes()...)}, nil
	})
	serve("GET "+accountsPath, a.adminList)
	serve("POST "+accountsPath, a.adminAdd)
	serve("DELETE "+accountsPath+"/{account}", a.adminRemove)
	mux.HandleFunc(accountsPath+"/{account}/", a.adminOfOne)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { a.First().adminMux().ServeHTTP(w, r) })
	return onlyFromHere(mux, func() *Server { return a.First() })
}

func (a *Accounts) adminList(*http.Request) (any, error) {
	shown := []accountView{}
	for _, account := range a.All() {
		shown = append(shown, showAccount(account))
	}
	return map[string]any{"accounts": shown}, nil
}

func (a *Accounts) adminAdd(*http.Request) (any, error) {
	if a.First().options.DataFile != "" {
		return nil, conflict("accounts that are kept in data files are those of the start, so that they are there after the next: " +
			"start the backend with a greater --accounts, or without --data")
	}
	added, err := a.add()
	if err != nil {
		return nil, conflict("%v", err)
	}
	return showAccount(added), nil
}

func (a *Accounts) adminRemove(r *http.Request) (any, error) {
	number, err := strconv.Atoi(r.PathValue("account"))
	if err != nil {
		return nil, notFound("no account %q", r.PathValue("account"))
	}
	if a.First().options.DataFile != "" {
		return nil, conflict("accounts that are kept in data files are those of the start: reset it, or start the backend with a smaller --accounts")
	}
	if err := a.remove(number); err != nil {
		return nil, err
	}
	return done("account %d deleted", number), nil
}

// adminOfOne passes a request on to the account that its path names.
func (a *Accounts) adminOfOne(w http.ResponseWriter, r *http.Request) {
	number := r.PathValue("account")
	account, ok := a.get(number)
	if !ok {
		newReply(&call{}, nil, notFound("no account %q: GET %s lists them", number, accountsPath)).send(w)
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path = adminPath + strings.TrimPrefix(r.URL.Path, accountsPath+"/"+number)
	inner.URL.RawPath = ""
	account.adminMux().ServeHTTP(w, inner)
}
