curl $BASE_URL/health \
-H "Authorization: Bearer $AA_TOKEN"
